/* Evidence of alarms: read from disk on a thread of the pool, never on this one. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-evidence.h"

#define PICTURE_SUFFIX ".jpg"
#define FOREVER        "private, max-age=86400, immutable" /* a picture once kept does not change */

typedef struct {
    EvidenceReader reader;
    char *alarm_id;
    EvidencePlace place;
} EvidenceQuery;

static void
query_free(gpointer data)
{
    EvidenceQuery *query = (EvidenceQuery *)data;

    g_free(query->alarm_id);
    g_free(query);
}

/* Runs @work on a thread, and @done here. Answers 503 itself where nothing is kept. */
static void
ask(HttpRequest *request, EvidencePlace place, GTaskThreadFunc work, GAsyncReadyCallback done)
{
    const EvidenceReader *reader = request->app->ports.evidence;
    g_autoptr(GTask) task = NULL;
    EvidenceQuery *query;

    if (reader == NULL) {
        http_request_problem(request, 503, "unavailable", "No evidence is kept here.");
        return;
    }
    query = g_new0(EvidenceQuery, 1);
    query->reader = *reader;
    query->alarm_id = g_strdup(request->params[0]);
    query->place = place;
    http_request_defer(request);
    task = g_task_new(NULL, NULL, done, http_request_ref(request));
    g_task_set_task_data(task, query, query_free);
    g_task_run_in_thread(task, work);
}

static void
read_record(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const EvidenceQuery *query = (const EvidenceQuery *)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(EvidenceRecord) record =
        query->reader.read(query->reader.self, query->alarm_id, &error);
    GString *json;

    if (record == NULL) {
        g_task_return_error(task, g_steal_pointer(&error));
        return;
    }
    json = g_string_new(NULL);
    view_evidence(json, record);
    g_task_return_pointer(task, g_string_free_to_bytes(json), (GDestroyNotify)g_bytes_unref);
}

static void
reply(HttpRequest *request, GAsyncResult *result, const char *type)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) body = (GBytes *)g_task_propagate_pointer(G_TASK(result), &error);

    if (body == NULL)
        http_request_problem_of(request, error);
    else
        http_request_reply(request, 200, type, body);
}

static void
on_record(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    reply(request, result, "application/json; charset=utf-8");
}

void
api_alarm_evidence(HttpRequest *request)
{
    ask(request, EVIDENCE_AT, read_record, on_record);
}

static void
read_picture(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const EvidenceQuery *query = (const EvidenceQuery *)data;
    g_autoptr(GError) error = NULL;
    GBytes *jpeg = query->reader.picture(query->reader.self, query->alarm_id, query->place, &error);

    if (jpeg == NULL)
        g_task_return_error(task, g_steal_pointer(&error));
    else
        g_task_return_pointer(task, jpeg, (GDestroyNotify)g_bytes_unref);
}

static void
on_picture(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    if (!g_task_had_error(G_TASK(result)))
        http_request_set_header(request, "Cache-Control", FOREVER);
    reply(request, result, "image/jpeg");
}

void
api_alarm_evidence_picture(HttpRequest *request)
{
    const char *file = request->params[1];
    g_autofree char *name = g_str_has_suffix(file, PICTURE_SUFFIX)
                                ? g_strndup(file, strlen(file) - strlen(PICTURE_SUFFIX))
                                : NULL;
    EvidencePlace place;

    if (!evidence_place_from_name(name, &place))
        http_request_problem(request, 404, "not-found",
                             "There is before.jpg, at.jpg and after.jpg.");
    else
        ask(request, place, read_picture, on_picture);
}
