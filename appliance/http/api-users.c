/* Accounts, as administrators see and change them. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/account-change.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/password-policy.h"
#include "appliance/http/view-access.h"
#include "appliance/model/etag.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

void
api_users(HttpRequest *request)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (size_t i = 0; i < book->n_accounts; i++)
        view_account(json, NULL, &book->accounts[i]);
    json_end_array(json);
    json_null(json, "next_cursor");
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

static void
set_etag(HttpRequest *request, const Account *account)
{
    g_autofree char *etag = g_strdup_printf("\"%" G_GUINT64_FORMAT "\"", account->revision);

    http_request_set_header(request, "ETag", etag);
}

/* Answers 404 itself. Returns: (transfer none) (nullable): valid with @book */
static const Account *
find(HttpRequest *request, const AccountBook *book)
{
    const Account *account = account_book_find(book, request->params[0]);

    if (account == NULL)
        http_request_problem(request, 404, "not-found", "No account has this name.");
    return account;
}

void
api_user(HttpRequest *request)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const Account *account = find(request, book);
    g_autoptr(GString) json = g_string_new(NULL);

    if (account == NULL)
        return;
    view_account(json, NULL, account);
    set_etag(request, account);
    http_request_reply_json(request, 200, json);
}

static void
reply_account(HttpRequest *request, unsigned status, const Account *account, const char *secret)
{
    g_autoptr(GString) json = g_string_new(NULL);

    request->secret = secret != NULL;
    json_begin_object(json, NULL);
    view_account(json, "user", account);
    json_string(json, "password", secret);
    json_end_object(json);
    set_etag(request, account);
    http_request_reply_json(request, status, json);
}

static void
on_made(HttpRequest *request, const Account *account, const char *secret)
{
    reply_account(request, 201, account, secret);
}

static void
on_changed(HttpRequest *request, const Account *account, const char *secret)
{
    reply_account(request, 200, account, secret);
}

/* A member that is a text replaces *@field. False if it is something else. */
static bool
read_text(JsonObject *object, const char *name, char **field)
{
    const char *text = http_json_text(object, name, ACCOUNT_TEXT_MAX);

    if (!json_object_has_member(object, name))
        return true;
    if (text == NULL)
        return false;
    g_free(*field);
    *field = text_clean(text, ACCOUNT_TEXT_MAX);
    return true;
}

static bool
read_role(JsonObject *object, Role *role)
{
    const char *name = http_json_text(object, "role", 16);

    if (!json_object_has_member(object, "role"))
        return *role != ROLE_NONE;
    *role = role_from_name(name);
    return *role != ROLE_NONE;
}

const char *
api_read_scope(JsonObject *object, Scope *scope)
{
    if (!http_json_flag(object, "limited", &scope->limited) ||
        !http_json_names(object, "channels", SCOPE_NAMES_MAX, &scope->channels) ||
        !http_json_names(object, "groups", SCOPE_NAMES_MAX, &scope->groups))
        return "\"limited\" is true or false; \"channels\" and \"groups\" are lists of texts.";
    return NULL;
}

/* @change's body is wrong at @pointer: @detail says why. */
static const char *
wrong(AccountChange *change, const char *pointer, const char *detail)
{
    change->pointer = pointer;
    return detail;
}

/* Returns: (transfer none) (nullable): why the new password will not do */
static const char *
read_password(JsonObject *object, AccountChange *change)
{
    const char *password = http_json_text(object, "password", PASSWORD_MAX);
    const char *problem = NULL;

    if (!json_object_has_member(object, "password"))
        return NULL;
    if (password == NULL)
        return wrong(change, "/password", "A text of 8 characters to 256 bytes.");
    if (change->account.login_by != LOGIN_BY_PASSWORD)
        return wrong(change, "/password", "This account logs in elsewhere, by a password there.");
    problem = password_policy_problem(password, change->account.name);
    if (problem != NULL)
        return wrong(change, "/password", problem);
    change->password = g_strdup(password);
    /* Somebody else knows it now: the holder takes another one first. */
    change->account.must_change = !g_str_equal(change->account.name, change->request->user);
    return NULL;
}

static const char *
read_flags(JsonObject *object, AccountChange *change)
{
    Account *account = &change->account;
    bool second_factor = true;

    if (!http_json_flag(object, "disabled", &account->disabled))
        return wrong(change, "/disabled", "True or false.");
    if (!http_json_flag(object, "must_change_password", &account->must_change))
        return wrong(change, "/must_change_password", "True or false.");
    if (account->must_change && account->login_by != LOGIN_BY_PASSWORD)
        return wrong(change, "/must_change_password", "This account's password is elsewhere.");
    if (!http_json_flag(object, "second_factor", &second_factor))
        return wrong(change, "/second_factor", "True or false.");
    if (!second_factor) { /* the telephone is lost: only its holder can set up another one */
        g_clear_pointer(&account->totp, g_free);
        g_clear_pointer(&account->recovery, g_strfreev);
    }
    return NULL;
}

/* How it logs in: here or by PAM, as somebody wishes; by the provider, as the provider does. */
static const char *
read_login(JsonObject *object, AccountChange *change)
{
    Account *account = &change->account;
    const LoginBy before = account->login_by;
    const bool told = json_object_has_member(object, "login_by");
    const char *word = http_json_text(object, "login_by", 16);

    if (told && !login_by_from_name(word, &account->login_by))
        return wrong(change, "/login_by", "One of password, pam.");
    if (account->login_by != before &&
        (before == LOGIN_BY_OIDC || account->login_by == LOGIN_BY_OIDC))
        return wrong(change, "/login_by", "The login provider makes its accounts by itself.");
    if (account->login_by == LOGIN_BY_PAM && change->request->app->pam == NULL)
        return wrong(change, "/login_by", "[access] of the settings names no service of PAM.");
    if (json_object_has_member(object, "subject") && account->login_by != LOGIN_BY_PAM &&
        g_strcmp0(http_json_text(object, "subject", ACCOUNT_SUBJECT_MAX), account->subject) != 0)
        return wrong(change, "/subject",
                     "Only accounts that log in by PAM have another name there.");
    if (account->login_by == LOGIN_BY_PAM && !read_text(object, "subject", &account->subject))
        return wrong(change, "/subject", "A text of at most 120 bytes.");
    if (account->login_by == before)
        return NULL;
    if (account->login_by == LOGIN_BY_PASSWORD && !json_object_has_member(object, "password"))
        return wrong(change, "/password", "Without PAM it needs a password.");
    if (account->login_by == LOGIN_BY_PASSWORD) {
        g_free(account->subject);
        account->subject = g_strdup("");
    }
    g_clear_pointer(&account->password_hash, g_free);
    g_clear_pointer(&account->totp, g_free);
    g_clear_pointer(&account->recovery, g_strfreev);
    account->must_change = false;
    return NULL;
}

static const char *
read_user(JsonObject *object, AccountChange *change)
{
    Account *account = &change->account;
    const char *problem = NULL;

    if (!read_role(object, &account->role))
        return wrong(change, "/role", "One of viewer, operator, engineer, admin.");
    if (!read_text(object, "full_name", &account->full_name))
        return wrong(change, "/full_name", "A text of at most 120 bytes.");
    problem = api_read_scope(object, &account->scope);
    if (problem != NULL)
        return wrong(change, "/channels", problem);
    problem = read_login(object, change);
    if (problem == NULL)
        problem = read_password(object, change);
    return problem != NULL ? problem : read_flags(object, change);
}

/* A password for the first login, good until another one is chosen. */
static void
give_password(AccountChange *change)
{
    g_autofree char *code = codes_make();

    change->password = g_strndup(code, 16);
    change->secret = g_strdup(change->password);
    change->account.must_change = true;
}

void
api_user_make(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *object = root != NULL ? json_node_get_object(root) : NULL;
    const char *name = object != NULL ? http_json_text(object, "name", SLUG_MAX) : NULL;
    g_autoptr(AccountChange) change = account_change_new(request, NULL, on_made);
    const char *problem = NULL;

    if (object == NULL)
        return;
    if (name == NULL || !slug_is_valid(name) || g_str_equal(name, ACCOUNT_LOCAL)) {
        http_request_problem_field(request, "/name",
                                   "1 to 63 lower-case letters, digits and hyphens, and not "
                                   "\"local\".");
        return;
    }
    g_free(change->account.name);
    change->account.name = g_strdup(name);
    problem = read_user(object, change);
    if (problem != NULL) {
        http_request_problem_field(request, change->pointer, problem);
        return;
    }
    if (change->password == NULL && change->account.login_by == LOGIN_BY_PASSWORD)
        give_password(change);
    account_change_run(g_steal_pointer(&change));
}

bool
api_user_matches(HttpRequest *request, const Account *account)
{
    const char *wanted = http_request_header(request, "If-Match");
    g_autofree char *etag = g_strdup_printf("\"%" G_GUINT64_FORMAT "\"", account->revision);

    if (wanted == NULL) {
        http_request_problem(request, 428, "precondition-required",
                             "Say which version you change: its ETag as If-Match.");
        return false;
    }
    if (etag_allows(wanted, etag))
        return true;
    http_request_problem(request, 412, "changed",
                         "Somebody else has changed the account; look again.");
    return false;
}

void
api_user_change(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const Account *account = root != NULL ? find(request, book) : NULL;
    g_autoptr(AccountChange) change = NULL;
    const char *problem = NULL;

    if (account == NULL || !api_user_matches(request, account))
        return;
    change = account_change_new(request, account, on_changed);
    problem = read_user(json_node_get_object(root), change);
    if (problem != NULL)
        http_request_problem_field(request, change->pointer, problem);
    else
        account_change_run(g_steal_pointer(&change));
}

void
api_user_remove(HttpRequest *request)
{
    const CommandPort *commands = request->app->ports.commands;
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const Account *account = find(request, book);
    Command *command = NULL;

    if (account == NULL || !api_user_matches(request, account))
        return;
    command = http_request_command(request, COMMAND_ACCOUNT_REMOVE, account->name);
    command->expected = account->revision;
    http_request_defer(request);
    commands->submit(commands->self, command, api_answer_changed, http_request_ref(request));
}
