/* Tables of the settings, applied to claims. */
#include "appliance/http/oidc-account.h"

#include <string.h>

#include "appliance/http/id-token.h"
#include "appliance/model/claim-table.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define WORDS_TOLD_MAX 300u /* bytes of groups in a refusal */

static char *
subject_of(const OidcOptions *options, JsonObject *claims)
{
    return g_strdup_printf("%s %s", options->issuer, id_token_text(claims, "sub"));
}

const Account *
oidc_account_find(const AccountBook *book, const OidcOptions *options, JsonObject *claims)
{
    g_autofree char *subject = subject_of(options, claims);

    return account_book_find_subject(book, subject);
}

static bool
is_free(const AccountBook *book, const char *name)
{
    return slug_is_valid(name) && !g_str_equal(name, ACCOUNT_LOCAL) &&
           account_book_find(book, name) == NULL && erased_names_number(book->erased, name) == 0;
}

/* Whether anything of @text can stand in a slug. */
static bool
has_letters(const char *text)
{
    while (*text != '\0' && !g_ascii_isalnum(*text))
        text++;
    return *text != '\0';
}

/* "anna.ivanova@example.org" becomes anna-ivanova, or anna-ivanova-2 if somebody is called so.
 * Returns: (transfer full) */
static char *
choose_name(const AccountBook *book, const OidcOptions *options, JsonObject *claims)
{
    const char *wanted = id_token_text(claims, options->name_claim);
    const char *text = wanted != NULL && *wanted != '\0' ? wanted : id_token_text(claims, "sub");
    const char *at = strchr(text, '@');
    g_autofree char *local =
        at != NULL && at != text ? g_strndup(text, (gsize)(at - text)) : g_strdup(text);
    g_autofree char *slug = has_letters(local) ? slug_from_text(local) : g_strdup("user");

    if (is_free(book, slug))
        return g_steal_pointer(&slug);
    for (unsigned i = 2;; i++) { /* ends: the book has fewer accounts than there are numbers */
        g_autofree char *end = g_strdup_printf("-%u", i);
        g_autofree char *name = g_strdup_printf("%.*s%s", (int)(SLUG_MAX - strlen(end)), slug, end);

        if (is_free(book, name))
            return g_steal_pointer(&name);
    }
}

static bool
deny(GError **error, const char *why)
{
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_DENIED, why);
    return false;
}

static bool
deny_words(GError **error, const char *what, GStrv words)
{
    g_autofree char *all = words != NULL ? g_strjoinv(", ", words) : g_strdup("");
    g_autofree char *told = text_clean(*all != '\0' ? all : "none", WORDS_TOLD_MAX);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_DENIED,
                "none of your groups at the provider %s (%s)", what, told);
    return false;
}

static bool
apply(const OidcOptions *options, JsonObject *claims, Account *account, GError **error)
{
    g_auto(GStrv) roles = id_token_words(claims, options->role_claim);
    g_auto(GStrv) others = *options->group_claim != '\0'
                               ? id_token_words(claims, options->group_claim)
                               : g_strdupv(roles);
    const char *full_name = id_token_text(claims, "name");

    account->role = claim_table_role(options->roles, roles);
    if (account->role == ROLE_NONE)
        return deny_words(error, "has a role on this box", roles);
    scope_clear(&account->scope);
    if (!claim_table_scope(options->groups, others, &account->scope))
        return deny_words(error, "has channels on this box", others);
    if (full_name != NULL) {
        g_free(account->full_name);
        account->full_name = text_clean(full_name, ACCOUNT_TEXT_MAX);
    }
    return true;
}

bool
oidc_account_of(const AccountBook *book,
                const OidcOptions *options,
                JsonObject *claims,
                Account *ret_account,
                bool *ret_changed,
                GError **error)
{
    const Account *old = oidc_account_find(book, options, claims);
    g_auto(Account) account = {0};

    if (old != NULL && old->disabled)
        return deny(error, "the account is disabled here");
    account_copy(old != NULL ? old : &(const Account){.login_by = LOGIN_BY_OIDC}, &account);
    if (old == NULL) {
        g_free(account.name);
        g_free(account.subject);
        account.name = choose_name(book, options, claims);
        account.subject = subject_of(options, claims);
    }
    if (!apply(options, claims, &account, error))
        return false;
    *ret_changed = old == NULL || !account_equal(old, &account);
    *ret_account = account;
    account = (Account){0};
    return true;
}
