/* Who is logged in where, and an end of it: everybody's own, administrators all. */
#include <string.h>

#include "appliance/http/access.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-access.h"

/* Whether the caller may see and end @session. */
static bool
is_within_reach(const HttpRequest *request, const Session *session)
{
    const bool is_admin = request->role >= ROLE_ADMIN && !request->scope.limited;

    return is_admin || g_str_equal(session->user, request->user);
}

void
api_sessions(HttpRequest *request)
{
    const HttpApp *app = request->app;
    const WallUs now_us = app_now().wall_us;
    g_autoptr(GPtrArray) sessions = session_table_list(app->sessions);
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (guint i = 0; i < sessions->len; i++) {
        const Session *session = (const Session *)sessions->pdata[i];

        if (is_within_reach(request, session) && access_session_holds(app, session) &&
            session_table_find_hash(app->sessions, session->key_hash, now_us) != NULL)
            view_session(json, session, g_strcmp0(session->key_hash, request->session) == 0);
    }
    json_end_array(json);
    json_null(json, "next_cursor");
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

void
api_session_end(HttpRequest *request)
{
    HttpApp *app = request->app;
    g_autoptr(GPtrArray) sessions = session_table_list(app->sessions);

    for (guint i = 0; i < sessions->len; i++) {
        const Session *session = (const Session *)sessions->pdata[i];
        g_autofree char *name = view_session_name(session);
        g_autofree char *what = g_strdup_printf("session of %s ended", session->user);

        if (!g_str_equal(name, request->params[0]) || !is_within_reach(request, session))
            continue;
        live_drop_session(app->live, session->key_hash);
        session_table_end(app->sessions, session->key_hash);
        api_audit(request, request->user, what);
        http_request_reply_ok(request);
        return;
    }
    http_request_problem(request, 404, "not-found", "No session has this id.");
}
