/* Alarms of the past out of the database, the story of one, and both lists as CSV. */
#include "appliance/http/alarm-search.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/page.h"
#include "appliance/http/view-alarm-csv.h"
#include "appliance/http/view-story.h"

#define STORY_MAX 1000u /* events, and deliveries, of one alarm */
#define CSV       "text/csv; charset=utf-8"
#define NO_HISTORY                                                                                 \
    "The history database is not connected; alarms of the last 24 hours are at "                   \
    "/api/v1/alarms?state=all."

/* Answers 503 itself where there is no database. (transfer none) (nullable) */
static const HistoryReader *
history_of(HttpRequest *request)
{
    const HistoryReader *history = request->app->ports.history;

    if (history == NULL)
        http_request_problem(request, 503, "unavailable", NO_HISTORY);
    return history;
}

static void
reply_csv(HttpRequest *request, GString *text, const char *name)
{
    g_autofree char *disposition = g_strdup_printf("attachment; filename=\"%s\"", name);
    g_autoptr(GBytes) body = g_string_free_to_bytes(text);

    http_request_set_header(request, "Content-Disposition", disposition);
    http_request_reply(request, 200, CSV, body);
}

void
api_alarms_csv(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    AlarmQuery query = {0};
    GString *text = NULL;

    if (!alarm_query_read(request, &query))
        return;
    text = g_string_new(NULL);
    view_alarm_csv_begin(text);
    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        if (view_alarm_is_wanted(&snapshot->alarms[i], snapshot, &query))
            view_alarm_csv(text, &snapshot->alarms[i], snapshot);
    }
    reply_csv(request, text, "alarms.csv");
}

/* ---- The past ---- */

typedef struct {
    HttpRequest *request; /* owned */
    size_t limit;         /* asked for; one more was read */
    bool csv;
} PastJob;

static void
past_job_free(PastJob *job)
{
    http_request_unref(job->request);
    g_free(job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastJob, past_job_free)

static void
show_past(PastJob *job, const GPtrArray *events)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(job->request);
    g_autoptr(GString) json = g_string_new(NULL);
    const bool more = events->len > job->limit;
    g_autofree char *place =
        more ? past_alarms_place(g_ptr_array_index(events, job->limit - 1)) : NULL;

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (guint i = 0; i < events->len && i < job->limit; i++) {
        const Event *event = g_ptr_array_index(events, i);
        const Event alone = view_event_alone(event);

        view_alarm_of_event(json, NULL, job->request->scope.limited ? &alone : event,
                            snapshot->runbooks, false);
    }
    json_end_array(json);
    page_end(job->request, json, place);
    json_end_object(json);
    http_request_reply_json(job->request, 200, json);
}

static void
show_past_csv(PastJob *job, const GPtrArray *events)
{
    GString *text = g_string_new(NULL);

    view_alarm_csv_begin(text);
    for (guint i = 0; i < events->len; i++) {
        const Event *event = g_ptr_array_index(events, i);
        const Event alone = view_event_alone(event);

        view_alarm_csv_of_event(text, job->request->scope.limited ? &alone : event);
    }
    reply_csv(job->request, text, "alarm-history.csv");
}

static void
on_past(const HistoryResult *result, gpointer data)
{
    g_autoptr(PastJob) job = data;

    if (result->error != NULL)
        http_request_problem_of(job->request, result->error);
    else if (job->csv)
        show_past_csv(job, result->events);
    else
        show_past(job, result->events);
}

static void
ask_past(HttpRequest *request, bool csv)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const HistoryReader *history = history_of(request);
    g_auto(PastAlarms) past = {0};
    PastJob *job;

    if (history == NULL || !past_alarms_read(request, snapshot, !request->scope.limited, &past))
        return;
    job = g_new0(PastJob, 1);
    job->request = http_request_ref(request);
    job->limit = past.search.max;
    job->csv = csv;
    past.search.max = csv ? ALARM_PAGE_MAX : past.search.max + 1;
    http_request_defer(request);
    history->alarms(history->self, &past.search, on_past, job);
}

void
api_alarm_history(HttpRequest *request)
{
    ask_past(request, false);
}

void
api_alarm_history_csv(HttpRequest *request)
{
    ask_past(request, true);
}

/* ---- The story of one alarm ---- */

static void
show_story(HttpRequest *request, const GPtrArray *events, const GPtrArray *deliveries, bool whole)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(GPtrArray) told = g_ptr_array_new();
    g_autoptr(GPtrArray) nobody = g_ptr_array_new();
    const bool limited = request->scope.limited;

    /* What it joined, and who else was told, is about others. */
    for (guint i = 0; events != NULL && i < events->len; i++) {
        if (!limited || ((const Event *)events->pdata[i])->kind != EVENT_ALARM_JOINED)
            g_ptr_array_add(told, events->pdata[i]);
    }
    view_story(json, told, limited ? nobody : deliveries, whole);
    http_request_reply_json(request, 200, json);
}

/* Without a database: what the journal has of the near past. Read on a thread of its own. */
typedef struct {
    JournalReader reader;
    uint64_t after;
    char *alarm_id;
} JournalJob;

static void
journal_job_free(gpointer data)
{
    JournalJob *job = data;

    g_free(job->alarm_id);
    g_free(job);
}

static void
read_journal(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const JournalJob *job = data;
    g_autoptr(GPtrArray) all = job->reader.read(job->reader.self, job->after, STORY_JOURNAL_MAX);
    GPtrArray *mine = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);

    for (guint i = 0; all != NULL && i < all->len; i++) {
        Event *event = g_ptr_array_index(all, i);

        if (g_strcmp0(event->alarm_id, job->alarm_id) == 0)
            g_ptr_array_add(mine, event_ref(event));
    }
    g_task_return_pointer(task, mine, (GDestroyNotify)g_ptr_array_unref);
}

static void
on_journal(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = data;
    g_autoptr(GPtrArray) events = g_task_propagate_pointer(G_TASK(result), NULL);

    show_story(request, events, NULL, false);
}

/* Returns: false, and has answered nothing, where there is no journal or it does not reach back. */
static bool
ask_journal(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const AlarmView *alarm = view_find_alarm(snapshot, request->params[0]);
    const JournalReader *reader = request->app->ports.journal;
    g_autoptr(GTask) task = NULL;
    JournalJob *job;

    if (reader == NULL || alarm == NULL)
        return false;
    job = g_new0(JournalJob, 1);
    job->reader = *reader;
    job->alarm_id = g_strdup(alarm->id);
    job->after = alarm->event_seq > STORY_JOURNAL_MAX ? alarm->event_seq - STORY_JOURNAL_MAX : 0;
    task = g_task_new(NULL, NULL, on_journal, http_request_ref(request));
    g_task_set_task_data(task, job, journal_job_free);
    g_task_run_in_thread(task, read_journal);
    return true;
}

static void
on_story(const HistoryResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = data;

    if (result->error == NULL && result->events->len > 0)
        show_story(request, result->events, result->deliveries, true);
    else if (ask_journal(request))
        return;
    else if (result->error != NULL)
        http_request_problem_of(request, result->error);
    else
        http_request_problem(request, 404, "not-found", "No alarm has this id.");
}

void
api_alarm_events(HttpRequest *request)
{
    const HistoryReader *history = request->app->ports.history;

    if (!http_request_knows_alarm(request, request->params[0]))
        return;
    http_request_defer(request);
    if (history != NULL)
        history->story(history->self, request->params[0], STORY_MAX, on_story,
                       http_request_ref(request));
    else if (!ask_journal(request))
        http_request_problem(request, 503, "unavailable", NO_HISTORY);
}
