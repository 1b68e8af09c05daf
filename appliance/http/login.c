/* Throttle, session table, cookie, audit. */
#include "appliance/http/login.h"

#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"

#define WALL_COOKIE_S                                                                              \
    (400u * 86400u) /* what browsers keep at most: a wall has no end by itself                     \
                     */

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

void
login_begin_session(HttpRequest *request, const SessionStart *start)
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

void
login_finish(HttpRequest *request, const SessionStart *start)
{
    login_begin_session(request, start);
    reply_login(request, start->user, start->role);
}

void
login_refuse(HttpRequest *request, const char *user)
{
    api_audit(request, *user != '\0' ? user : "unknown", "login-refused");
    http_request_problem(request, 401, "wrong-login",
                         *user != '\0' ? "User or password is wrong."
                                       : "This code is wrong, was used already, or is too old.");
}

static unsigned
address_wait_s(const HttpRequest *request, MonoUs now_us)
{
    g_autofree char *by_address = g_strdup_printf("address:%s", request->address);

    return request->control ? 0 : throttle_wait_s(request->app->throttle, by_address, now_us);
}

unsigned
login_try(const HttpRequest *request, const char *user)
{
    Throttle *throttle = request->app->throttle;
    const MonoUs now_us = app_now().mono_us;
    g_autofree char *by_address = g_strdup_printf("address:%s", request->address);
    g_autofree char *by_user = g_strdup_printf("user:%s", user);
    const unsigned wait_s = MAX(address_wait_s(request, now_us),
                                *user != '\0' ? throttle_wait_s(throttle, by_user, now_us) : 0);

    if (wait_s > 0)
        return wait_s;
    throttle_count(throttle, by_address, THROTTLE_GROWING, now_us);
    if (*user != '\0')
        throttle_count(throttle, by_user, THROTTLE_FLAT, now_us);
    return 0;
}

static void
reply_wait(HttpRequest *request, unsigned wait_s)
{
    g_autofree char *seconds = g_strdup_printf("%u", wait_s);
    g_autofree char *detail =
        g_strdup_printf("Too many wrong attempts; try again in %u seconds.", wait_s);

    http_request_set_header(request, "Retry-After", seconds);
    http_request_problem(request, 429, "too-many-attempts", detail);
}

bool
login_may_try(HttpRequest *request, const char *user)
{
    const unsigned wait_s = login_try(request, user);

    if (wait_s > 0)
        reply_wait(request, wait_s);
    return wait_s == 0;
}

bool
login_must_wait(HttpRequest *request)
{
    const unsigned wait_s = address_wait_s(request, app_now().mono_us);

    if (wait_s > 0)
        reply_wait(request, wait_s);
    return wait_s > 0;
}

void
login_forgive(const HttpRequest *request, const char *user)
{
    g_autofree char *by_address = g_strdup_printf("address:%s", request->address);
    g_autofree char *by_user = g_strdup_printf("user:%s", user);

    throttle_undo(request->app->throttle, by_address);
    throttle_forget(request->app->throttle, by_user);
}

void
login_uncount(const HttpRequest *request, const char *user)
{
    g_autofree char *by_address = g_strdup_printf("address:%s", request->address);
    g_autofree char *by_user = g_strdup_printf("user:%s", user);

    throttle_undo(request->app->throttle, by_address);
    throttle_undo(request->app->throttle, by_user);
}

void
login_forget_cookie(HttpRequest *request)
{
    set_cookie(request, "", 0);
}
