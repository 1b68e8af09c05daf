/* One's own account: what it is, a new password, the second factor. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/account-change.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/login.h"
#include "appliance/http/password-policy.h"
#include "appliance/http/view-access.h"

/* The account of who asks, a copy. Answers 409 itself for one that is none: a one-time code, the
 * control socket. */
static AccountChange *
own_change(HttpRequest *request, AccountChanged done)
{
    g_autoptr(AccountBook) book = board_get_accounts(request->app->board);
    const Account *account = account_book_find(book, request->user);

    if (account == NULL) {
        http_request_problem(request, 409, "conflict", "This login has no account of its own.");
        return NULL;
    }
    return account_change_new(request, account, done);
}

/* The same for those alone who log in by a password of this box: answers 409 for others. */
static AccountChange *
own_secret(HttpRequest *request, AccountChanged done)
{
    g_autoptr(AccountChange) change = own_change(request, done);

    if (change == NULL || change->account.login_by == LOGIN_BY_PASSWORD)
        return g_steal_pointer(&change);
    http_request_problem(request, 409, "conflict",
                         "This account logs in elsewhere; password and second factor are there.");
    return NULL;
}

void
api_account(HttpRequest *request)
{
    g_autoptr(AccountChange) own = own_change(request, NULL);
    g_autoptr(GString) json = g_string_new(NULL);

    if (own == NULL)
        return;
    view_account(json, NULL, &own->account);
    http_request_reply_json(request, 200, json);
}

/* Its holder goes on under a new id; every other session of the account has ended. */
static void
on_changed(HttpRequest *request, const Account *account, const char *secret)
{
    const SessionStart start = {.user = account->name,
                                .role = account->role,
                                .epoch = account->revision,
                                .via = "password"};

    login_begin_session(request, &start);
    http_request_reply_ok(request);
}

static void
on_password_right(bool right, const char *hash, gpointer data)
{
    AccountChange *change = (AccountChange *)data;

    if (right) {
        login_forgive(change->request, change->account.name);
        account_change_run(change);
        return;
    }
    http_request_problem(change->request, 403, "wrong-login", "The present password is wrong.");
    account_change_free(change);
}

/* Runs @change (transfer full) if the body's "password" is the present one. */
static void
run_if_right(AccountChange *change, JsonObject *body)
{
    HttpRequest *request = change->request;
    const char *password = http_json_text(body, "password", PASSWORD_MAX);

    if (password == NULL) {
        http_request_problem_field(request, "/password", "The present password.");
        account_change_free(change);
        return;
    }
    if (!login_may_try(request, change->account.name)) {
        account_change_free(change);
        return;
    }
    http_request_defer(request);
    if (password_check(request->app->passwords, change->account.password_hash, password,
                       on_password_right, change))
        return;
    http_request_problem(request, 503, "busy", "Too many passwords at once; try again.");
    account_change_free(change);
}

void
api_account_password(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *body = root != NULL ? json_node_get_object(root) : NULL;
    g_autoptr(AccountChange) change = body != NULL ? own_secret(request, on_changed) : NULL;
    const char *fresh = body != NULL ? http_json_text(body, "new_password", PASSWORD_MAX) : NULL;
    const char *problem = "A text of 8 characters to 256 bytes.";

    if (change == NULL)
        return;
    if (fresh != NULL)
        problem = password_policy_problem(fresh, change->account.name);
    if (problem == NULL && g_strcmp0(fresh, http_json_text(body, "password", PASSWORD_MAX)) == 0)
        problem = "That is the password you have; take another one.";
    if (problem != NULL) {
        http_request_problem_field(request, "/new_password", problem);
        return;
    }
    change->password = g_strdup(fresh);
    change->account.must_change = false;
    run_if_right(g_steal_pointer(&change), body);
}

void
api_account_totp_begin(HttpRequest *request)
{
    HttpApp *app = request->app;
    g_autoptr(AccountChange) own = own_secret(request, NULL);
    g_autofree char *secret = NULL;
    g_autofree char *uri = NULL;
    g_autoptr(GString) json = g_string_new(NULL);

    if (own == NULL)
        return;
    secret = second_factor_begin(app->factors, own->account.name, app_now().mono_us);
    if (secret == NULL) {
        http_request_problem(request, 503, "unavailable", "This box has no key to seal it with.");
        return;
    }
    uri = second_factor_uri(app->factors, own->account.name, g_get_host_name());
    json_begin_object(json, NULL);
    json_string(json, "secret", secret);
    json_string(json, "uri", uri);
    json_string(json, "picture", "/api/v1/account/second-factor.svg");
    json_end_object(json);
    request->secret = true;
    http_request_reply_json(request, 200, json);
}

void
api_account_totp_svg(HttpRequest *request)
{
    g_autofree char *uri =
        second_factor_uri(request->app->factors, request->user, g_get_host_name());
    g_autofree char *svg = uri != NULL ? second_factor_svg(uri) : NULL;

    if (svg == NULL) {
        http_request_problem(request, 404, "not-found", "No second factor is being set up.");
        return;
    }
    g_autoptr(GBytes) body = g_bytes_new(svg, strlen(svg));

    http_request_reply(request, 200, "image/svg+xml; charset=utf-8", body);
}

static void
on_confirmed(HttpRequest *request, const Account *account, const char *secret)
{
    const SessionStart start = {.user = account->name,
                                .role = account->role,
                                .epoch = account->revision,
                                .via = "password"};
    g_auto(GStrv) codes = g_strsplit(secret, " ", 0);
    g_autoptr(GString) json = g_string_new(NULL);

    login_begin_session(request, &start);
    json_begin_object(json, NULL);
    json_begin_array(json, "recovery_codes");
    for (size_t i = 0; codes[i] != NULL; i++)
        json_string(json, NULL, codes[i]);
    json_end_array(json);
    json_end_object(json);
    request->secret = true;
    http_request_reply_json(request, 200, json);
}

void
api_account_totp_confirm(HttpRequest *request)
{
    HttpApp *app = request->app;
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *body = root != NULL ? json_node_get_object(root) : NULL;
    const char *code = body != NULL ? http_json_text(body, "code", 16) : NULL;
    g_autoptr(AccountChange) change = body != NULL ? own_secret(request, on_confirmed) : NULL;

    if (change == NULL || !login_may_try(request, change->account.name))
        return;
    if (code == NULL ||
        !second_factor_confirm(app->factors, &change->account, code, app_now().wall_us)) {
        http_request_problem_field(request, "/code",
                                   "The 6 digits that the telephone shows now; begin anew after "
                                   "10 minutes.");
        return;
    }
    login_forgive(request, change->account.name);
    g_auto(GStrv) codes = second_factor_make_recovery(&change->account);

    change->secret = g_strjoinv(" ", codes);
    account_change_run(g_steal_pointer(&change));
}

void
api_account_totp_remove(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *body = root != NULL ? json_node_get_object(root) : NULL;
    AccountChange *change = body != NULL ? own_secret(request, on_changed) : NULL;

    if (change == NULL)
        return;
    g_clear_pointer(&change->account.totp, g_free);
    g_clear_pointer(&change->account.recovery, g_strfreev);
    run_if_right(change, body);
}
