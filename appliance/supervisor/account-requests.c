/* One function a kind of request; each makes a new account book, or says why not. */
#include "appliance/supervisor/account-requests.h"

#include "appliance/model/account.h"
#include "appliance/supervisor/config-requests.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define FIRST_REVISION_US US_PER_MS /* a new account's first one is the time in these units */

static GError *
conflict(const char *text)
{
    return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_CONFLICT, text);
}

static GError *
no_account(const char *name)
{
    return g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no account is called \"%.64s\"",
                       name);
}

/* Why @command may not change @old (nullable). */
static GError *
check_change(const AccountBook *book, const Command *command, const Account *old)
{
    if (command->account == NULL || !slug_is_valid(command->target) ||
        g_str_equal(command->target, ACCOUNT_LOCAL))
        return g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_INVALID,
                                   "an account's name is 1 to 63 lower-case letters, digits and "
                                   "hyphens, and not \"local\"");
    if (old == NULL && command->expected != 0)
        return no_account(command->target);
    if (old != NULL && command->expected == 0)
        return conflict("an account of that name is there already");
    if (old != NULL && command->expected != old->revision)
        return conflict("somebody else has changed the account; look again");
    if (old == NULL && erased_names_number(book->erased, command->target) > 0)
        return conflict("somebody of that name was erased, and what they did would be taken for "
                        "the new one's: choose another name");
    if (old == NULL && book->n_accounts >= ACCOUNTS_MAX)
        return conflict("there are 1000 accounts, and no room for more");
    return NULL;
}

/* Revisions of one name never come again, also if it was removed in between: a session of the
 * former holder must not fit. */
static void
number(const Account *old, Account *account, AlarmNow now)
{
    account->created_us = old != NULL ? old->created_us : now.wall_us;
    account->revision =
        old != NULL ? old->revision + 1 : (uint64_t)(now.wall_us / FIRST_REVISION_US);
    account->epoch =
        old != NULL && !account_ends_sessions(old, account) ? old->epoch : account->revision;
}

/* Returns: (transfer full): or NULL with @error */
static AccountBook *
book_with_account(const AccountBook *book, const Command *command, AlarmNow now, GError **error)
{
    const Account *old = account_book_find(book, command->target);
    g_auto(Account) account = {0};

    *error = check_change(book, command, old);
    if (*error != NULL)
        return NULL;
    account_copy(command->account, &account);
    g_free(account.name);
    account.name = g_strdup(command->target);
    number(old, &account, now);
    return account_book_with(book, &account);
}

static AccountBook *
book_without(const AccountBook *book, const Command *command, GError **error)
{
    const Account *old = account_book_find(book, command->target);
    const Account gone = {.name = command->target, .role = ROLE_NONE};

    if (old == NULL)
        *error = no_account(command->target);
    else if (command->expected != 0 && command->expected != old->revision)
        *error = conflict("somebody else has changed the account; look again");
    if (*error != NULL)
        return NULL;
    return account_book_with(book, &gone);
}

/* The account ends, and its name with it. One that was removed before can still be erased. */
static AccountBook *
book_erased(const AccountBook *book, const Command *command, GError **error)
{
    const Account *old = account_book_find(book, command->target);
    g_autofree char *key = g_uuid_string_random();

    if (old == NULL && (command->expected != 0 || !slug_is_valid(command->target)))
        *error = no_account(command->target);
    else if (old != NULL && command->expected != old->revision)
        *error = conflict("somebody else has changed the account; look again");
    else if (g_str_equal(command->target, ACCOUNT_LOCAL))
        *error = conflict("\"local\" is the box itself, and nobody's name");
    else if (erased_names_number(book->erased, command->target) > 0)
        *error = conflict("this name was erased already");
    else if (erased_names_count(book->erased) >= ERASED_NAMES_MAX)
        *error = conflict("10000 names were erased, and there is no room for more");
    if (*error != NULL)
        return NULL;
    g_autoptr(ErasedNames) erased = erased_names_with(book->erased, command->target, key);

    return account_book_with_erased(book, erased);
}

static AccountBook *
book_with_token(const AccountBook *book, const Command *command, GError **error)
{
    const bool makes = command->kind == COMMAND_TOKEN_SET;
    const bool there = account_book_find_token(book, command->target) != NULL;
    ApiToken gone = {.id = command->target};

    if (makes && (command->token == NULL || !slug_is_valid(command->target)))
        *error = g_error_new_literal(GANTRY_ERROR, GANTRY_ERROR_INVALID,
                                     "a token's id is 1 to 63 lower-case letters, digits and "
                                     "hyphens");
    else if (makes && there)
        *error = conflict("a token of that id is there already");
    else if (makes && book->n_tokens >= TOKENS_MAX)
        *error = conflict("there are 1000 tokens, and no room for more");
    else if (!makes && !there)
        *error = g_error_new(GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no token has the id \"%.64s\"",
                             command->target);
    if (*error != NULL)
        return NULL;
    return account_book_with_token(book, makes ? command->token : &gone);
}

/* Returns: (transfer full): or NULL with @error */
static AccountBook *
next_book(const AccountBook *book, const Command *command, AlarmNow now, GError **error)
{
    if (command->kind == COMMAND_ACCOUNT_SET)
        return book_with_account(book, command, now, error);
    if (command->kind == COMMAND_TOKEN_SET || command->kind == COMMAND_TOKEN_REMOVE)
        return book_with_token(book, command, error);
    if (command->kind == COMMAND_ACCOUNT_ERASE)
        return book_erased(book, command, error);
    return book_without(book, command, error);
}

static char *
sentence(const Command *command, const AccountBook *before, const AccountBook *after)
{
    const Account *old = account_book_find(before, command->target);
    const Account *account = account_book_find(after, command->target);

    if (command->kind == COMMAND_TOKEN_SET || command->kind == COMMAND_TOKEN_REMOVE)
        return g_strdup_printf("token %s %s", command->target,
                               command->kind == COMMAND_TOKEN_SET ? "made" : "revoked");
    if (command->kind == COMMAND_ACCOUNT_ERASE)
        return g_strdup_printf("an account was erased: whose it was is called \"erased user %u\" "
                               "from now on",
                               erased_names_count(after->erased));
    if (account == NULL)
        return g_strdup_printf("account %s removed", command->target);
    return g_strdup_printf("account %s %s: role %s%s%s", command->target,
                           old != NULL ? "changed" : "made", role_name(account->role),
                           account->scope.limited ? ", limited to some channels" : "",
                           account->disabled ? ", disabled" : "");
}

/* What stands in memory. Returns: (transfer full): the pseudonym */
static char *
forget_name(const RequestPorts *ports, const char *name, const AccountBook *after)
{
    char *pseudonym = erased_names_instead(after->erased, name);

    alarm_book_rename(ports->book, name, pseudonym);
    return pseudonym;
}

void
account_requests_handle(const RequestPorts *ports,
                        CommandCall *call,
                        const Command *command,
                        AlarmNow now)
{
    Inventory *inventory = ports->records->inventory;
    CommandResult result = {0};
    g_autoptr(AccountBook) before = account_book_ref(inventory->accounts);
    g_autoptr(AccountBook) after = next_book(before, command, now, &result.error);

    if (after != NULL && before->n_accounts > 0 && account_book_count_admins(before) > 0 &&
        account_book_count_admins(after) == 0)
        result.error = conflict("this is the last administrator: make another one first");
    if (result.error == NULL) {
        const Account *account = account_book_find(after, command->target);
        g_autofree char *text = sentence(command, before, after);
        g_autofree char *self = erased_names_instead(after->erased, command->actor);

        config_requests_adopt(ports, inventory_with_accounts(inventory, after),
                              self != NULL ? self : command->actor, text, now);
        if (command->kind == COMMAND_ACCOUNT_ERASE)
            result.text = forget_name(ports, command->target, after);
        else if (account != NULL)
            result.text = g_strdup_printf("%" G_GUINT64_FORMAT, account->revision);
    }
    command_call_answer(call, &result);
}
