/* Who asks, and whether they may: cookies, bearer tokens, the control socket; roles, token rights,
 * reach. HTTP thread only. */
#pragma once

#include "appliance/http/request.h"
#include "appliance/http/router.h"

#define LOGIN_COOKIE        "gantry_sid"
#define LOGIN_COOKIE_SECURE "__Host-gantry_sid" /* where the browser speaks TLS */
#define TOKEN_PREFIX        "gt_"
#define TOKEN_ACTOR         "token:" /* before a token's id: who acted */

/* Fills user, role, rights, scope, session of @request. */
void access_identify(HttpRequest *request);

/* Whether @request may ask @route. Answers the problem itself. */
bool access_check(HttpRequest *request, const Route *route);

/* Whether a request comes from the dashboard itself or a program: pages of other sites change
 * nothing and, with a session, read nothing. Answers the problem itself. */
bool access_is_own(HttpRequest *request);

/* Whether what @session stands for still holds: its account at that revision, its token. */
bool access_session_holds(const HttpApp *app, const Session *session);

/* Returns: (transfer full) (nullable): the value of cookie @name */
char *access_cookie(const HttpRequest *request, const char *name);

/* A new token's text, shown once, and what is kept of it. Returns: (transfer full) */
char *access_token_make(void);
char *access_token_hash(const char *token);
