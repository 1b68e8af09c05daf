/* Field by field: what is not written here cannot leak. */
#include "appliance/http/view-access.h"

#include "appliance/http/json-writer.h"

static void
names(GString *out, const char *key, GStrv list)
{
    json_begin_array(out, key);
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        json_string(out, NULL, list[i]);
    json_end_array(out);
}

void
view_scope(GString *out, const Scope *scope)
{
    json_bool(out, "limited", scope->limited);
    names(out, "channels", scope->channels);
    names(out, "groups", scope->groups);
}

void
view_rights(GString *out, unsigned rights)
{
    json_begin_array(out, "scopes");
    for (unsigned right = 1; right <= TOKEN_ALL; right <<= 1) {
        if ((rights & right) != 0)
            json_string(out, NULL, token_right_name(right));
    }
    json_end_array(out);
}

void
view_account(GString *out, const char *key, const Account *account)
{
    json_begin_object(out, key);
    json_string(out, "name", account->name);
    json_string(out, "full_name", account->full_name);
    json_string(out, "role", role_name(account->role));
    json_string(out, "login_by", login_by_name(account->login_by));
    json_string(out, "subject", account->subject);
    json_bool(out, "has_password", account->password_hash != NULL && *account->password_hash);
    json_bool(out, "has_second_factor", account->totp != NULL && *account->totp);
    json_uint(out, "recovery_codes_left",
              account->recovery != NULL ? g_strv_length(account->recovery) : 0);
    json_bool(out, "must_change_password", account->must_change);
    json_bool(out, "disabled", account->disabled);
    view_scope(out, &account->scope);
    json_time(out, "created_at", account->created_us);
    json_uint(out, "revision", account->revision);
    json_end_object(out);
}

void
view_token(GString *out, const char *key, const ApiToken *token, WallUs seen_us)
{
    json_begin_object(out, key);
    json_string(out, "id", token->id);
    json_string(out, "name", token->name);
    json_string(out, "owner", token->owner);
    view_rights(out, token->rights);
    view_scope(out, &token->scope);
    json_time(out, "created_at", token->created_us);
    json_time(out, "expires_at", token->expires_us);
    json_time(out, "last_used_at", seen_us);
    json_end_object(out);
}

char *
view_session_name(const Session *session)
{
    return g_strndup(session->key_hash, SESSION_NAME_MAX);
}

void
view_session(GString *out, const Session *session, bool own)
{
    g_autofree char *id = view_session_name(session);

    json_begin_object(out, NULL);
    json_string(out, "id", id);
    json_string(out, "user", session->user);
    json_string(out, "token", *session->token != '\0' ? session->token : NULL);
    json_string(out, "via", session->via);
    json_string(out, "address", session->address);
    json_string(out, "agent", session->agent);
    json_time(out, "created_at", session->created_us);
    json_time(out, "last_used_at", session->seen_us);
    json_bool(out, "own", own);
    json_end_object(out);
}
