/* Who is there: session, login, logout, first account, one-time codes. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/password-policy.h"
#include "pipelines/base/slug.h"

#define WALL_COOKIE_S                                                                              \
    (400u * 86400u) /* what browsers keep at most: a wall has no end by itself                     \
                     */

/* A login or a set-up whose password is being worked on. */
typedef struct {
    HttpRequest *request; /* owned */
    char *user;
} Attempt;

static Attempt *
attempt_new(HttpRequest *request, const char *user)
{
    Attempt *attempt = g_new0(Attempt, 1);

    attempt->request = http_request_ref(request);
    attempt->user = g_strdup(user);
    return attempt;
}

static void
attempt_free(Attempt *attempt)
{
    http_request_unref(attempt->request);
    g_free(attempt->user);
    g_free(attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Attempt, attempt_free)

bool
api_is_set_up(const HttpApp *app)
{
    g_autoptr(AccountBook) book = board_get_accounts(app->board);

    return book->n_accounts > 0 || app->code_used;
}

void
api_session_get(HttpRequest *request)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const bool known = request->role > ROLE_NONE;

    json_begin_object(json, NULL);
    json_bool(json, "setup_required", !api_is_set_up(request->app));
    json_bool(json, "authenticated", known);
    json_string(json, "user", known ? request->user : NULL);
    json_string(json, "role", role_name(request->role));
    json_string(json, "build", request->app->build);
    json_time(json, "server_time", app_now().wall_us);
    json_null(json, "csrf");
    if (known)
        json_uint(json, "channels_total", snapshot->n_channels);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

/* @max_age_s: 0 ends it */
static void
set_cookie(HttpRequest *request, const char *id, unsigned max_age_s)
{
    g_autofree char *cookie =
        g_strdup_printf("%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%u%s",
                        request->secure ? LOGIN_COOKIE_SECURE : LOGIN_COOKIE, id, max_age_s,
                        request->secure ? "; Secure" : "");

    http_request_set_header(request, "Set-Cookie", cookie);
}

/* A new session with a new id, whatever the browser brought along; the old one ends. */
static void
begin_session(HttpRequest *request, const SessionStart *start)
{
    HttpApp *app = request->app;
    const SessionLimits limits = session_table_get_limits(app->sessions);
    SessionStart whole = *start;
    g_autofree char *id = NULL;

    if (request->session != NULL) {
        live_drop_session(app->live, request->session);
        session_table_end(app->sessions, request->session);
    }
    whole.address = request->address;
    whole.agent = request->gone ? NULL : http_request_header(request, "User-Agent");
    (void)session_table_begin(app->sessions, &whole, app_now().wall_us, &id);
    set_cookie(request, id, start->token != NULL ? WALL_COOKIE_S : limits.age_max_s);
}

static void
reply_login(HttpRequest *request, const char *user, Role role)
{
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_string(json, "user", user);
    json_string(json, "role", role_name(role));
    json_end_object(json);
    http_request_reply_json(request, 200, json);
    api_audit(request, user, "login");
}

static void
log_in(HttpRequest *request, const SessionStart *start)
{
    begin_session(request, start);
    reply_login(request, start->user, start->role);
}

static void
fail(HttpRequest *request, const char *user)
{
    api_audit(request, *user != '\0' ? user : "unknown", "login-refused");
    http_request_problem(request, 401, "wrong-login",
                         *user != '\0' ? "User or password is wrong."
                                       : "This code is wrong, was used already, or is too old.");
}

/* Counts an attempt of @user ("" for a code) from this address. Answers 429 itself when it has to
 * wait. */
static bool
may_try(HttpRequest *request, const char *user)
{
    Throttle *throttle = request->app->throttle;
    const MonoUs now_us = app_now().mono_us;
    g_autofree char *by_address = g_strdup_printf("address:%s", request->address);
    g_autofree char *by_user = g_strdup_printf("user:%s", user);
    const unsigned wait_s =
        MAX(request->control ? 0 : throttle_wait_s(throttle, by_address, now_us),
            *user != '\0' ? throttle_wait_s(throttle, by_user, now_us) : 0);
    g_autofree char *seconds = g_strdup_printf("%u", wait_s);
    g_autofree char *detail =
        g_strdup_printf("Too many wrong attempts; try again in %u seconds.", wait_s);

    if (wait_s == 0) {
        throttle_count(throttle, by_address, THROTTLE_GROWING, now_us);
        if (*user != '\0')
            throttle_count(throttle, by_user, THROTTLE_FLAT, now_us);
        return true;
    }
    http_request_set_header(request, "Retry-After", seconds);
    http_request_problem(request, 429, "too-many-attempts", detail);
    return false;
}

/* It was right. The address may have guessed at others before: that stays counted. */
static void
forgive(const HttpRequest *request, const char *user)
{
    g_autofree char *by_address = g_strdup_printf("address:%s", request->address);
    g_autofree char *by_user = g_strdup_printf("user:%s", user);

    throttle_undo(request->app->throttle, by_address);
    throttle_forget(request->app->throttle, by_user);
}

static void
on_checked(bool right, const char *hash, gpointer data)
{
    g_autoptr(Attempt) attempt = (Attempt *)data;
    const HttpApp *app = attempt->request->app;
    g_autoptr(AccountBook) book = board_get_accounts(app->board);
    const Account *account = account_book_find(book, attempt->user);

    if (!right || account == NULL || account->disabled) {
        fail(attempt->request, attempt->user);
        return;
    }
    forgive(attempt->request, attempt->user);
    const SessionStart start = {.user = account->name,
                                .role = account->role,
                                .epoch = account->revision,
                                .via = "password"};

    log_in(attempt->request, &start);
}

static void
busy(HttpRequest *request)
{
    http_request_set_header(request, "Retry-After", "2");
    http_request_problem(request, 503, "busy", "Too many logins at once; try again.");
}

static void
login_by_password(HttpRequest *request, const char *user, const char *password)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const Account *account = account_book_find(book, user);
    Attempt *attempt;

    if (!may_try(request, user))
        return;
    attempt = attempt_new(request, user);
    http_request_defer(request);
    if (!password_check(request->app->passwords, account != NULL ? account->password_hash : NULL,
                        password, on_checked, attempt)) {
        attempt_free(attempt);
        busy(request);
    }
}

static void
login_by_code(HttpRequest *request, const char *code)
{
    if (!may_try(request, ""))
        return;
    if (!codes_take(request->app->codes, code, app_now().mono_us)) {
        fail(request, "");
        return;
    }
    forgive(request, "");
    request->app->code_used = true;
    const SessionStart start = {.user = SESSION_LOCAL, .role = ROLE_ADMIN, .via = "code"};

    log_in(request, &start);
}

/* A wall's token for a cookie. A good one never waits: whatever others have tried from its address,
 * it cannot be guessed, so nothing is to be slowed down. */
static void
login_by_token(HttpRequest *request, const char *text)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autofree char *hash = access_token_hash(text);
    const ApiToken *token = account_book_find_token_hash(book, hash);
    g_autofree char *user = NULL;

    if (token == NULL || !api_token_is_good(token, app_now().wall_us) ||
        (token->rights & TOKEN_WALL) == 0) {
        if (may_try(request, ""))
            http_request_problem(request, 401, "wall-token-revoked",
                                 "The token of this wall is wrong, was revoked, or has expired.");
        return;
    }
    user = g_strconcat(TOKEN_ACTOR, token->id, NULL);
    const SessionStart start = {
        .user = user, .token = token->id, .role = token_role(token->rights), .via = "wall"};

    log_in(request, &start);
}

void
api_login(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *object = root != NULL ? json_node_get_object(root) : NULL;
    const char *code, *wall, *user, *password;

    if (object == NULL)
        return;
    code = http_json_text(object, "code", 128);
    wall = http_json_text(object, "wall", 128);
    user = http_json_text(object, "user", SLUG_MAX);
    password = http_json_text(object, "password", PASSWORD_MAX);
    if (wall != NULL)
        login_by_token(request, wall);
    else if (code != NULL)
        login_by_code(request, code);
    else if (user != NULL && password != NULL && slug_is_valid(user))
        login_by_password(request, user, password);
    else
        http_request_problem(request, 400, "invalid",
                             "Say either \"code\", or \"user\" (lower-case letters, digits and "
                             "hyphens) and \"password\".");
}

void
api_logout(HttpRequest *request)
{
    if (request->session != NULL) {
        live_drop_session(request->app->live, request->session);
        session_table_end(request->app->sessions, request->session);
        api_audit(request, request->user, "logout");
    }
    set_cookie(request, "", 0);
    http_request_reply_ok(request);
}

static void
on_account_set(const CommandResult *result, gpointer data)
{
    g_autoptr(Attempt) attempt = (Attempt *)data;

    if (result->error != NULL) {
        http_request_problem_of(attempt->request, result->error);
        return;
    }
    guint64 revision = 0;

    (void)g_ascii_string_to_unsigned(result->text != NULL ? result->text : "", 10, 0, G_MAXINT64,
                                     &revision, NULL);
    const SessionStart start = {
        .user = attempt->user, .role = ROLE_ADMIN, .epoch = revision, .via = "password"};

    log_in(attempt->request, &start);
}

static void
on_hashed(bool right, const char *hash, gpointer data)
{
    Attempt *attempt = (Attempt *)data;
    const CommandPort *commands = attempt->request->app->ports.commands;
    Command *command;

    if (!right) {
        http_request_problem(attempt->request, 503, "busy", "No memory to hash the password.");
        attempt_free(attempt);
        return;
    }
    const Account account = {
        .name = attempt->user, .role = ROLE_ADMIN, .password_hash = (char *)(uintptr_t)hash};

    command = http_request_command(attempt->request, COMMAND_ACCOUNT_SET, attempt->user);
    command_set_account(command, &account);
    commands->submit(commands->self, command, on_account_set, attempt);
}

static void
set_up(HttpRequest *request, const char *code, const char *user, const char *password)
{
    HttpApp *app = request->app;
    Attempt *attempt;

    if (!may_try(request, ""))
        return;
    if (request->role < ROLE_ADMIN &&
        (code == NULL || !codes_take(app->codes, code, app_now().mono_us))) {
        fail(request, "");
        return;
    }
    attempt = attempt_new(request, user);
    http_request_defer(request);
    if (!password_hash(app->passwords, password, on_hashed, attempt)) {
        attempt_free(attempt);
        busy(request);
    }
}

void
api_setup(HttpRequest *request)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *object = root != NULL ? json_node_get_object(root) : NULL;
    const char *user, *password;

    if (object == NULL)
        return;
    user = http_json_text(object, "user", SLUG_MAX);
    password = http_json_text(object, "password", PASSWORD_MAX);
    if (book->n_accounts > 0)
        http_request_problem(request, 409, "set-up-already", "This box has accounts already.");
    else if (user == NULL || !slug_is_valid(user) || g_str_equal(user, SESSION_LOCAL))
        http_request_problem(request, 400, "invalid",
                             "The user's name is 1 to 63 lower-case letters, digits and hyphens, "
                             "and not \"local\".");
    else if (password == NULL || password_policy_problem(password, user) != NULL)
        http_request_problem(request, 400, "invalid",
                             password != NULL ? password_policy_problem(password, user)
                                              : "The password has 8 characters to 256 bytes.");
    else
        set_up(request, http_json_text(object, "code", 128), user, password);
}

void
api_login_codes(HttpRequest *request)
{
    g_autofree char *code = codes_make();
    g_autofree char *url = g_strdup_printf("%s/#login=%s", request->app->link_base, code);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    codes_add(request->app->codes, code, now.mono_us + CODE_TTL_S * US_PER_SECOND);
    json_begin_object(json, NULL);
    json_string(json, "code", code);
    json_time(json, "expires_at", now.wall_us + CODE_TTL_S * US_PER_SECOND);
    json_string(json, "url", url);
    json_end_object(json);
    http_request_reply_json(request, 201, json);
    api_audit(request, request->user, "login-code");
}
