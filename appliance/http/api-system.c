/* The box: system page, catalogue, event stream, journal, metrics, health. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-box.h"
#include "appliance/http/view-metrics.h"
#include "appliance/http/view-system.h"

#define READY_AGE_US      (10 * US_PER_SECOND) /* an older snapshot means that the loop hangs */
#define JOURNAL_LIMIT_MAX 1000u
#define OPENAPI_FOLDER    "/gantry/http/"
#define SECURITY_TXT_DAYS 180

void
api_system(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    view_system(json, snapshot, &now, request->app->build);
    http_request_reply_json(request, 200, json);
}

void
api_system_trends(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    view_trends(json, snapshot, &now);
    http_request_reply_json(request, 200, json);
}

void
api_catalogue(HttpRequest *request)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);

    view_catalogue(json, snapshot->runbooks);
    http_request_set_header(request, "Cache-Control", "no-cache");
    http_request_reply_json(request, 200, json);
}

void
api_events(HttpRequest *request)
{
    live_open(request->app->live, request);
}

typedef struct {
    JournalReader reader;
    uint64_t after;
    size_t limit;
} JournalQuery;

static void
read_journal(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const JournalQuery *query = (const JournalQuery *)data;

    g_task_return_pointer(task, query->reader.read(query->reader.self, query->after, query->limit),
                          (GDestroyNotify)g_ptr_array_unref);
}

static void
on_journal(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    const JournalQuery *query = (const JournalQuery *)g_task_get_task_data(G_TASK(result));
    g_autoptr(GPtrArray) events = (GPtrArray *)g_task_propagate_pointer(G_TASK(result), NULL);
    g_autoptr(GString) json = g_string_new(NULL);

    if (events == NULL) {
        http_request_problem(request, 503, "unavailable", "The journal cannot be read.");
        return;
    }
    view_journal(json, events, query->after);
    http_request_reply_json(request, 200, json);
}

void
api_journal(HttpRequest *request)
{
    const JournalReader *reader = request->app->ports.journal;
    JournalQuery query = {
        .after = http_request_query_uint(request, "after", 0, G_MAXUINT64, 0),
        .limit = http_request_query_uint(request, "limit", 1, JOURNAL_LIMIT_MAX, 100),
    };
    g_autoptr(GTask) task = NULL;

    if (reader == NULL) {
        http_request_problem(request, 503, "unavailable", "No journal is connected.");
        return;
    }
    query.reader = *reader;
    http_request_defer(request);
    task = g_task_new(NULL, NULL, on_journal, http_request_ref(request));
    g_task_set_task_data(task, g_memdup2(&query, sizeof query), g_free);
    g_task_run_in_thread(task, read_journal);
}

void
api_metrics(HttpRequest *request)
{
    HttpApp *app = request->app;
    g_autoptr(Snapshot) snapshot = board_get_snapshot(app->board);
    GString *text = g_string_sized_new(65536);
    const ViewTime now = app_now();
    const char *accept = http_request_header(request, "Accept");
    const MetricsWant want = {.open = accept != NULL &&
                                      strstr(accept, "application/openmetrics-text") != NULL,
                              .build = app->build};
    HttpServerStatus status;
    g_autoptr(GBytes) body = NULL;

    g_mutex_lock(app->status_lock);
    status = *app->status;
    g_mutex_unlock(app->status_lock);
    view_metrics(text, snapshot, &now, &status, &want);
    body = g_string_free_to_bytes(text);
    http_request_set_header(request, "Vary", "Accept");
    http_request_reply(request, 200, want.open ? METRICS_TYPE_OPEN : METRICS_TYPE_PLAIN, body);
}

void
api_healthz(HttpRequest *request)
{
    http_request_reply_ok(request);
}

void
api_readyz(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);

    if (snapshot->at_us == 0)
        http_request_problem(request, 503, "unavailable", "Nothing has been measured yet.");
    else if (app_now().mono_us - snapshot->at_us > READY_AGE_US)
        http_request_problem(request, 503, "unavailable",
                             "What is known is older than 10 s: the supervision loop hangs.");
    else
        http_request_reply_ok(request);
}

void
api_version(HttpRequest *request)
{
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_string(json, "product", "gantry");
    json_string(json, "build", request->app->build);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

static void
give_description(HttpRequest *request, const char *name, const char *type)
{
    g_autofree char *path = g_strconcat(OPENAPI_FOLDER, name, NULL);
    g_autoptr(GBytes) body = g_resources_lookup_data(path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    if (body == NULL)
        http_request_problem(request, 404, "not-found", "The description was not built in.");
    else
        http_request_reply(request, 200, type, body);
}

void
api_openapi(HttpRequest *request)
{
    give_description(request, "api.yaml", "application/yaml; charset=utf-8");
}

void
api_openapi_json(HttpRequest *request)
{
    give_description(request, "openapi.json", "application/json; charset=utf-8");
}

/* RFC 9116. */
void
api_security_txt(HttpRequest *request)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(app_now().wall_us / US_PER_SECOND);
    g_autoptr(GDateTime) end = g_date_time_add_days(now, SECURITY_TXT_DAYS);
    g_autofree char *expires = g_date_time_format_iso8601(end);
    g_autofree char *text = NULL;
    g_autoptr(GBytes) body = NULL;

    if (request->app->security_contact == NULL) {
        http_request_problem(request, 404, "not-found",
                             "Nobody is named: security_contact of [http] is not set.");
        return;
    }
    text = g_strdup_printf("Contact: %s\nExpires: %s\nPreferred-Languages: en\n",
                           request->app->security_contact, expires);
    body = g_bytes_new(text, strlen(text));
    http_request_reply(request, 200, "text/plain; charset=utf-8", body);
}
