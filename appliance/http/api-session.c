/* Who is there: session, login, logout, first account, one-time codes. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/account-change.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/late-refusals.h"
#include "appliance/http/login.h"
#include "appliance/http/password-policy.h"
#include "pipelines/base/slug.h"

#define FACTOR_MAX 32u /* bytes of a second factor's code */

/* A login or a set-up whose password is being worked on. */
typedef struct {
    HttpRequest *request; /* owned */
    char *user;
    char *factor; /* (nullable): code of the second factor */
    MonoUs began_us;
} Attempt;

static Attempt *
attempt_new(HttpRequest *request, const char *user)
{
    Attempt *attempt = g_new0(Attempt, 1);

    attempt->request = http_request_ref(request);
    attempt->user = g_strdup(user);
    attempt->began_us = app_now().mono_us;
    return attempt;
}

static void
attempt_free(Attempt *attempt)
{
    http_request_unref(attempt->request);
    g_free(attempt->user);
    g_free(attempt->factor);
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
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const OidcProvider *oidc = request->app->oidc;
    const bool known = request->role > ROLE_NONE;

    json_begin_object(json, NULL);
    json_bool(json, "setup_required", !api_is_set_up(request->app));
    json_bool(json, "authenticated", known);
    json_string(json, "user", known ? request->user : NULL);
    json_string(json, "role", role_name(request->role));
    json_string(json, "host", known ? g_get_host_name() : NULL);
    json_string(json, "build", request->app->build);
    json_time(json, "server_time", app_now().wall_us);
    json_bool(json, "password_due", request->must_change);
    json_bool(json, "has_account", account_book_find(book, request->user) != NULL);
    json_bool(json, "limited", request->scope.limited);
    json_null(json, "csrf");
    json_string(json, "provider", oidc != NULL ? oidc_provider_options(oidc)->name : NULL);
    if (known)
        json_uint(json, "channels_total", snapshot->n_channels);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

static void
enter(HttpRequest *request, const Account *account)
{
    const SessionStart start = {.user = account->name,
                                .role = account->role,
                                .epoch = account->revision,
                                .via = login_by_name(account->login_by)};

    login_forgive(request, account->name);
    login_finish(request, &start);
}

static void
on_recovered(HttpRequest *request, const Account *account, const char *secret)
{
    enter(request, account);
}

/* A code for when the telephone is lost: it is good once, so the account changes first. */
static void
enter_by_recovery(const Attempt *attempt, const Account *account)
{
    g_autoptr(AccountChange) change = account_change_new(attempt->request, account, on_recovered);

    if (second_factor_use_recovery(&change->account, attempt->factor))
        account_change_run(g_steal_pointer(&change));
    else
        login_refuse(attempt->request, attempt->user);
}

/* The password is right. */
static void
check_factor(const Attempt *attempt, const Account *account)
{
    HttpRequest *request = attempt->request;

    if (*account->totp == '\0') {
        enter(request, account);
        return;
    }
    if (attempt->factor == NULL) {
        login_forgive(request, account->name);
        http_request_problem(request, 401, "second-factor-required",
                             "Now the code that your telephone shows, or a recovery code.");
        return;
    }
    switch (
        second_factor_check(request->app->factors, account, attempt->factor, app_now().wall_us)) {
    case FACTOR_RIGHT:
        enter(request, account);
        break;
    case FACTOR_WRONG:
        enter_by_recovery(attempt, account);
        break;
    case FACTOR_BROKEN:
        http_request_problem(request, 503, "unavailable",
                             "The second factor cannot be read; an administrator takes it away.");
        break;
    }
}

static void
refuse(const Attempt *attempt)
{
    LateRefusals *later = attempt->request->app->later;

    if (later != NULL)
        late_refusals_add(later, attempt->request, attempt->user, attempt->began_us);
    else
        login_refuse(attempt->request, attempt->user);
}

static void
on_checked(bool right, const char *hash, gpointer data)
{
    g_autoptr(Attempt) attempt = (Attempt *)data;
    g_autoptr(AccountBook) book = board_get_accounts(attempt->request->app->board);
    const Account *account = account_book_find(book, attempt->user);

    if (!right || account == NULL || account->disabled)
        refuse(attempt);
    else
        check_factor(attempt, account);
}

static void
busy(HttpRequest *request)
{
    http_request_set_header(request, "Retry-After", "2");
    http_request_problem(request, 503, "busy", "Too many logins at once; try again.");
}

static void
on_asked(PamAnswer answer, gpointer data)
{
    Attempt *attempt = (Attempt *)data;

    if (answer != PAM_ANSWER_AWAY) {
        on_checked(answer == PAM_ANSWER_RIGHT, NULL, attempt);
        return;
    }
    login_uncount(attempt->request, attempt->user);
    api_audit_note(attempt->request, attempt->user, "login-refused", "PAM did not answer");
    http_request_problem(attempt->request, 503, "unavailable",
                         "The directory with this password does not answer; accounts of this box "
                         "can log in as always.");
    attempt_free(attempt);
}

/* A password that this box knows is never shown to PAM, and one that it does not know by nobody
 * else. A name that is nobody's takes as long as a wrong password here; see LateRefusals for PAM.
 * False, and @attempt stays, if too many wait. */
static bool
check_password(const Account *account, const char *password, Attempt *attempt)
{
    HttpApp *app = attempt->request->app;
    const bool here = account != NULL && account->login_by == LOGIN_BY_PASSWORD &&
                      *account->password_hash != '\0';

    if (app->pam != NULL && account != NULL && account->login_by == LOGIN_BY_PAM)
        return pam_check(app->pam, *account->subject != '\0' ? account->subject : account->name,
                         password, on_asked, attempt);
    return password_check(app->passwords, here ? account->password_hash : NULL, password,
                          on_checked, attempt);
}

static void
login_by_password(HttpRequest *request, const char *user, const char *password, const char *factor)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    Attempt *attempt;

    if (!login_may_try(request, user))
        return;
    attempt = attempt_new(request, user);
    attempt->factor = g_strdup(factor);
    http_request_defer(request);
    if (!check_password(account_book_find(book, user), password, attempt)) {
        attempt_free(attempt);
        busy(request);
    }
}

static void
login_by_code(HttpRequest *request, const char *code)
{
    if (!login_may_try(request, ""))
        return;
    if (!codes_take(request->app->codes, code, app_now().mono_us)) {
        login_refuse(request, "");
        return;
    }
    login_forgive(request, "");
    request->app->code_used = true;
    const SessionStart start = {.user = SESSION_LOCAL, .role = ROLE_ADMIN, .via = "code"};

    login_finish(request, &start);
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
        if (login_may_try(request, ""))
            http_request_problem(request, 401, "wall-token-revoked",
                                 "The token of this wall is wrong, was revoked, or has expired.");
        return;
    }
    user = g_strconcat(TOKEN_ACTOR, token->id, NULL);
    const SessionStart start = {
        .user = user, .token = token->id, .role = token_role(token->rights), .via = "wall"};

    login_finish(request, &start);
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
        login_by_password(request, user, password, http_json_text(object, "totp", FACTOR_MAX));
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
    login_forget_cookie(request);
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

    login_finish(attempt->request, &start);
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

    if (!login_may_try(request, ""))
        return;
    if (request->role < ROLE_ADMIN &&
        (code == NULL || !codes_take(app->codes, code, app_now().mono_us))) {
        login_refuse(request, "");
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
    request->secret = true;
    http_request_reply_json(request, 201, json);
    api_audit(request, request->user, "login-code");
}
