/* Accounts, tokens and sessions as the API shows them: never a hash, never a secret. Pure. */
#pragma once

#include <glib.h>

#include "appliance/http/session.h"
#include "appliance/model/account.h"

/* One User object. @key: (nullable): NULL inside an array and for a whole document */
void view_account(GString *out, const char *key, const Account *account);

/* One Token object. @seen_us: when it was last used; 0: not since gantryd started */
void view_token(GString *out, const char *key, const ApiToken *token, WallUs seen_us);

/* One SessionInfo object. @own: it is the one that asks */
void view_session(GString *out, const Session *session, bool own);

void view_scope(GString *out, const Scope *scope); /* "limited", "channels", "groups" */
void view_rights(GString *out, unsigned rights);   /* "scopes": [...] */
char *view_session_name(const Session *session);   /* (transfer full): names it to people */
