/* Life of accounts and tokens, and the words for roles and rights. */
#include "appliance/model/account.h"

#include <string.h>

static const char *const role_names[] = {
    [ROLE_NONE] = "none",         [ROLE_VIEWER] = "viewer", [ROLE_OPERATOR] = "operator",
    [ROLE_ENGINEER] = "engineer", [ROLE_ADMIN] = "admin",
};

static const char *const login_names[] = {
    [LOGIN_BY_PASSWORD] = "password", [LOGIN_BY_OIDC] = "oidc", [LOGIN_BY_PAM] = "pam"};

static const char *const right_names[] = {"read", "ack", "config", "admin", "wall", "status"};

/* Overwrites a secret before its memory is given back, so that it does not linger. */
static void
forget(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

static char *
text_or_empty(const char *text)
{
    return g_strdup(text != NULL ? text : "");
}

static bool
same_text(const char *a, const char *b)
{
    return g_strcmp0(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static bool
same_list(GStrv a, GStrv b)
{
    const Scope one = {.channels = a};
    const Scope other = {.channels = b};

    return scope_equal(&one, &other);
}

void
account_clear(Account *account)
{
    g_free(account->name);
    g_free(account->full_name);
    g_free(account->subject);
    forget(account->password_hash);
    forget(account->totp);
    g_strfreev(account->recovery);
    scope_clear(&account->scope);
    *account = (Account){0};
}

void
account_copy(const Account *from, Account *ret_to)
{
    *ret_to = *from;
    ret_to->name = text_or_empty(from->name);
    ret_to->full_name = text_or_empty(from->full_name);
    ret_to->subject = text_or_empty(from->subject);
    ret_to->password_hash = text_or_empty(from->password_hash);
    ret_to->totp = text_or_empty(from->totp);
    ret_to->recovery = g_strdupv(from->recovery);
    scope_copy(&from->scope, &ret_to->scope);
}

bool
account_equal(const Account *a, const Account *b)
{
    return same_text(a->name, b->name) && same_text(a->full_name, b->full_name) &&
           same_text(a->subject, b->subject) && a->login_by == b->login_by && a->role == b->role &&
           same_text(a->password_hash, b->password_hash) && same_text(a->totp, b->totp) &&
           same_list(a->recovery, b->recovery) && a->must_change == b->must_change &&
           a->disabled == b->disabled && scope_equal(&a->scope, &b->scope);
}

/* A used recovery code or a new full name is nobody's reason to log in again. */
bool
account_ends_sessions(const Account *old, const Account *changed)
{
    return old->role != changed->role || old->login_by != changed->login_by ||
           !same_text(old->subject, changed->subject) ||
           !same_text(old->password_hash, changed->password_hash) ||
           !same_text(old->totp, changed->totp) || (changed->disabled && !old->disabled) ||
           (changed->must_change && !old->must_change) ||
           !scope_equal(&old->scope, &changed->scope);
}

void
api_token_clear(ApiToken *token)
{
    g_free(token->id);
    g_free(token->name);
    forget(token->hash);
    g_free(token->owner);
    scope_clear(&token->scope);
    *token = (ApiToken){0};
}

void
api_token_copy(const ApiToken *from, ApiToken *ret_to)
{
    *ret_to = *from;
    ret_to->id = text_or_empty(from->id);
    ret_to->name = text_or_empty(from->name);
    ret_to->hash = text_or_empty(from->hash);
    ret_to->owner = text_or_empty(from->owner);
    scope_copy(&from->scope, &ret_to->scope);
}

bool
api_token_equal(const ApiToken *a, const ApiToken *b)
{
    return same_text(a->id, b->id) && same_text(a->name, b->name) && same_text(a->hash, b->hash) &&
           same_text(a->owner, b->owner) && a->rights == b->rights &&
           scope_equal(&a->scope, &b->scope) && a->created_us == b->created_us &&
           a->expires_us == b->expires_us;
}

bool
api_token_is_good(const ApiToken *token, WallUs now_us)
{
    return token->rights != 0 && (token->expires_us == 0 || now_us < token->expires_us);
}

const char *
login_by_name(LoginBy login_by)
{
    return login_names[login_by];
}

bool
login_by_from_name(const char *name, LoginBy *ret_by)
{
    for (size_t i = 0; i < G_N_ELEMENTS(login_names); i++) {
        if (g_strcmp0(login_names[i], name) != 0)
            continue;
        *ret_by = (LoginBy)i;
        return true;
    }
    return false;
}

const char *
role_name(Role role)
{
    return (unsigned)role < G_N_ELEMENTS(role_names) ? role_names[role] : "none";
}

Role
role_from_name(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(role_names); i++) {
        if (g_strcmp0(name, role_names[i]) == 0)
            return (Role)i;
    }
    return ROLE_NONE;
}

const char *
token_right_name(unsigned right)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(right_names); i++) {
        if (right == 1u << i)
            return right_names[i];
    }
    return NULL;
}

unsigned
token_right_from_name(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(right_names); i++) {
        if (g_strcmp0(name, right_names[i]) == 0)
            return 1u << i;
    }
    return 0;
}

Role
token_role(unsigned rights)
{
    if ((rights & TOKEN_ADMIN) != 0)
        return ROLE_ADMIN;
    if ((rights & TOKEN_CONFIG) != 0)
        return ROLE_ENGINEER;
    if ((rights & TOKEN_ACK) != 0)
        return ROLE_OPERATOR;
    return rights != 0 ? ROLE_VIEWER : ROLE_NONE;
}
