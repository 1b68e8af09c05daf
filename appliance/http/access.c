/* Identification first, then the route's row of the table. */
#include "appliance/http/access.h"

#include <sodium.h>
#include <string.h>

#include "appliance/http/api.h"

#define TOKEN_BYTES  32u
#define TOKEN_MAX    128u /* bytes of a token that are looked at */
#define BEARER       "Bearer "
#define COOKIE_PARTS 32

char *
access_token_make(void)
{
    unsigned char random[TOKEN_BYTES];
    char text[2 * TOKEN_BYTES + 1];

    randombytes_buf(random, sizeof random);
    (void)sodium_bin2base64(text, sizeof text, random, sizeof random,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof random);
    return g_strconcat(TOKEN_PREFIX, text, NULL);
}

char *
access_token_hash(const char *token)
{
    unsigned char hash[crypto_generichash_BYTES];
    char text[2 * sizeof hash + 1];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strnlen(token, TOKEN_MAX),
                       NULL, 0);
    return g_strdup(sodium_bin2hex(text, sizeof text, hash, sizeof hash));
}

char *
access_cookie(const HttpRequest *request, const char *name)
{
    const char *header = http_request_header(request, "Cookie");
    g_auto(GStrv) pairs = header != NULL ? g_strsplit(header, ";", COOKIE_PARTS) : NULL;
    const size_t n = strlen(name);

    for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i++) {
        const char *pair = g_strstrip(pairs[i]);

        if (strncmp(pair, name, n) == 0 && pair[n] == '=')
            return g_strdup(pair + n + 1);
    }
    return NULL;
}

static void
become(HttpRequest *request, const char *user, Role role)
{
    g_free(request->user);
    request->user = g_strdup(user);
    request->role = role;
}

static void
become_token(HttpRequest *request, const ApiToken *token)
{
    g_autofree char *user = g_strconcat(TOKEN_ACTOR, token->id, NULL);

    become(request, user, token_role(token->rights));
    request->rights = token->rights;
    scope_copy(&token->scope, &request->scope);
    app_note_token(request->app, token->id, app_now().wall_us);
}

bool
access_session_holds(const HttpApp *app, const Session *session)
{
    g_autoptr(AccountBook) book = board_get_accounts(app->board);
    const Account *account = NULL;

    if (*session->token != '\0') {
        const ApiToken *token = account_book_find_token(book, session->token);

        return token != NULL && api_token_is_good(token, app_now().wall_us);
    }
    account = account_book_find(book, session->user);
    if (account == NULL)
        return g_str_equal(session->user, SESSION_LOCAL);
    return !account->disabled && session->epoch >= account->epoch;
}

/* The session's part: what its account or token may now. */
static void
identify_session(HttpRequest *request, const Session *session)
{
    HttpApp *app = request->app;
    g_autoptr(AccountBook) book = board_get_accounts(app->board);
    const Account *account = account_book_find(book, session->user);

    if (!access_session_holds(app, session)) {
        request->revoked = *session->token != '\0';
        if (!request->revoked && board_knows_accounts(app->board))
            session_table_end(app->sessions, session->key_hash);
        return;
    }
    request->session = g_strdup(session->key_hash);
    if (*session->token != '\0') {
        become_token(request, account_book_find_token(book, session->token));
    } else if (account == NULL) {
        become(request, session->user, session->role);
    } else {
        become(request, account->name, account->role);
        scope_copy(&account->scope, &request->scope);
        request->must_change = account->must_change;
    }
}

static void
identify_cookie(HttpRequest *request)
{
    g_autofree char *secure = request->secure ? access_cookie(request, LOGIN_COOKIE_SECURE) : NULL;
    g_autofree char *plain = request->secure ? NULL : access_cookie(request, LOGIN_COOKIE);
    const char *id = secure != NULL ? secure : plain;
    SessionTable *sessions = request->app->sessions;
    const Session *session = session_table_find(sessions, id, app_now().wall_us);

    if (session != NULL)
        identify_session(request, session);
    else
        request->undecided = id != NULL && session_table_is_loading(sessions);
}

/* A program with a token of its own. A token that is not good makes nobody of whoever brought it,
 * whatever cookie came along. */
static bool
identify_bearer(HttpRequest *request)
{
    const char *header = http_request_header(request, "Authorization");
    g_autoptr(AccountBook) book = NULL;
    g_autofree char *hash = NULL;
    const ApiToken *token = NULL;

    if (header == NULL || g_ascii_strncasecmp(header, BEARER, strlen(BEARER)) != 0)
        return false;
    book = board_get_accounts(request->app->board);
    hash = access_token_hash(header + strlen(BEARER));
    token = account_book_find_token_hash(book, hash);
    request->bearer = true;
    if (token == NULL || !api_token_is_good(token, app_now().wall_us))
        return true;
    become_token(request, token);
    return true;
}

static void
identify_peer(HttpRequest *request)
{
    const HttpConnection *connection = request->connection;
    const char *forwarded = http_request_header(request, "X-Forwarded-For");
    const char *protocol = http_request_header(request, "X-Forwarded-Proto");

    request->secure = connection != NULL && connection->tls;
    request->control = connection != NULL && connection->control;
    request->loopback = connection != NULL && connection->loopback && forwarded == NULL;
    request->address = g_strdup(connection != NULL ? connection->address : "unknown");
    if (connection != NULL && connection->loopback && forwarded != NULL) {
        const char *last = strrchr(forwarded, ','); /* what our own proxy saw */

        g_free(request->address);
        request->address = g_strndup(last != NULL ? last + 1 : forwarded, 64);
        g_strstrip(request->address);
        request->secure = g_strcmp0(protocol, "https") == 0;
    }
}

void
access_identify(HttpRequest *request)
{
    identify_peer(request);
    if (request->control)
        become(request, SESSION_LOCAL, ROLE_ADMIN);
    else if (!identify_bearer(request))
        identify_cookie(request);
}

/* A page of another site asked for it. A browser always says so; programs say nothing. */
static bool
comes_from_elsewhere(const HttpRequest *request)
{
    const char *site = http_request_header(request, "Sec-Fetch-Site");
    const char *origin = http_request_header(request, "Origin");
    const char *host = http_request_header(request, "Host");
    const char *authority = origin != NULL ? strstr(origin, "://") : NULL;

    return (site != NULL && !g_str_equal(site, "same-origin") && !g_str_equal(site, "none")) ||
           (origin != NULL && (authority == NULL || g_strcmp0(authority + 3, host) != 0));
}

/* Reading: following a link from elsewhere is fine, being embedded or fetched there is not. */
static bool
is_own_read(HttpRequest *request)
{
    if (request->control || request->session == NULL || !g_str_has_prefix(request->path, "/api/") ||
        g_strcmp0(http_request_header(request, "Sec-Fetch-Mode"), "navigate") == 0 ||
        !comes_from_elsewhere(request))
        return true;
    http_request_problem(request, 403, "cross-site", "Pages of other sites read nothing here.");
    return false;
}

bool
access_is_own(HttpRequest *request)
{
    const char *method = soup_server_message_get_method(request->message);
    const char *type = soup_message_headers_get_content_type(
        soup_server_message_get_request_headers(request->message), NULL);

    if (g_str_equal(method, "GET") || g_str_equal(method, "HEAD"))
        return is_own_read(request);
    if (!request->control && !request->bearer && comes_from_elsewhere(request)) {
        http_request_problem(request, 403, "cross-site", "Writes come from the dashboard alone.");
        return false;
    }
    if (g_str_equal(method, "DELETE") && request->body->len == 0)
        return true; /* no form and no picture of another site can send that */
    if (type == NULL || (g_ascii_strcasecmp(type, "application/json") != 0 &&
                         g_ascii_strcasecmp(type, "application/merge-patch+json") != 0)) {
        http_request_problem(request, 415, "not-json",
                             "Writes need \"Content-Type: application/json\".");
        return false;
    }
    return true;
}

static bool
refuse_nobody(HttpRequest *request)
{
    if (!api_is_set_up(request->app))
        http_request_problem(request, 503, "setup-required",
                             "This box has no account yet: set it up with its one-time code.");
    else if (request->revoked)
        http_request_problem(request, 401, "wall-token-revoked",
                             "The token of this wall was revoked or has expired.");
    else if (request->bearer)
        http_request_problem(request, 401, "wrong-token",
                             "This token is wrong, was revoked, or has expired.");
    else
        http_request_problem(request, 401, "login-required", "Log in first.");
    return false;
}

static bool
refuse(HttpRequest *request, const char *type, const char *why)
{
    http_request_problem(request, 403, type, why);
    return false;
}

static bool
refuse_role(HttpRequest *request, Role least)
{
    g_autofree char *why =
        g_strdup_printf("Your role, %s, may not do this; %s may.", role_name(request->role),
                        least == ROLE_ADMIN      ? "an administrator"
                        : least == ROLE_ENGINEER ? "an engineer or an administrator"
                                                 : "an operator, an engineer or an administrator");

    return refuse(request, "denied", why);
}

bool
access_check(HttpRequest *request, const Route *route)
{
    const bool is_token = request->rights != 0;

    if ((route->flags & ROUTE_CONTROL_ONLY) != 0 && !request->control)
        return refuse(request, "denied", "Only the control socket may ask this.");
    if (route->role == ROLE_NONE)
        return true;
    if (request->role == ROLE_NONE)
        return ((route->flags & ROUTE_METRICS) != 0 && request->loopback && !request->bearer) ||
               refuse_nobody(request);
    if (request->must_change && (route->flags & ROUTE_OWN) == 0)
        return refuse(request, "password-change-required", "Choose a new password first.");
    if (is_token && (request->rights & route->tokens) == 0)
        return refuse(request, "denied", "This token may not do this.");
    if (!is_token && request->role < route->role)
        return refuse_role(request, route->role);
    if (request->scope.limited && route->reach == REACH_BOX)
        return refuse(request, "limited", "This is about the whole box; you see your channels.");
    return true;
}
