/* One alarm with what belongs to it: the rule that fired, the run-book, its incident, what failed
 * at the same time. The rule comes from the supervision loop, an alarm of the past from the
 * history. */
#include "appliance/http/api.h"
#include "appliance/http/view-alarm-detail.h"
#include "pipelines/base/error.h"

typedef struct {
    HttpRequest *request; /* owned */
    Event *past;          /* (nullable): the alarm, where it is listed no more */
    GPtrArray *members;   /* (nullable) (element-type Event): of its incident, the same */
} DetailJob;

static DetailJob *
detail_job_new(HttpRequest *request)
{
    DetailJob *job = g_new0(DetailJob, 1);

    job->request = http_request_ref(request);
    return job;
}

static void
detail_job_free(DetailJob *job)
{
    g_clear_pointer(&job->past, event_unref);
    g_clear_pointer(&job->members, g_ptr_array_unref);
    http_request_unref(job->request);
    g_free(job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DetailJob, detail_job_free)

static void
on_rule(const CommandResult *result, gpointer data)
{
    g_autoptr(DetailJob) job = data;
    g_autoptr(Snapshot) snapshot = http_request_snapshot(job->request);
    const AlarmView *alarm = view_find_alarm(snapshot, job->request->params[0]);
    g_autoptr(GString) json = g_string_new(NULL);
    const char *rule = result->error == NULL ? result->text : NULL;

    if (job->past != NULL)
        view_alarm_detail_of_past(json, job->past, job->members, snapshot, rule);
    else if (alarm != NULL)
        view_alarm_detail(json, alarm, snapshot, rule);
    if (json->len > 0)
        http_request_reply_json(job->request, 200, json);
    else
        http_request_problem(job->request, 404, "not-found", "No alarm has this id.");
}

static void
ask_rule(DetailJob *job, const char *resource, FaultId fault)
{
    const CommandPort *commands = job->request->app->ports.commands;
    Command *command = http_request_command(job->request, COMMAND_ALARM_RULE, resource);

    command->metric = (unsigned)fault;
    commands->submit(commands->self, command, on_rule, job);
}

static void
on_members(const HistoryResult *result, gpointer data)
{
    DetailJob *job = data;

    if (result->events != NULL)
        job->members = g_ptr_array_ref(result->events);
    ask_rule(job, job->past->resource, job->past->fault);
}

static AlarmSearch
search_for(const char *alarm_id, const char *incident_id)
{
    return (AlarmSearch){.to_us = app_now().wall_us + US_PER_SECOND,
                         .alarm_id = alarm_id,
                         .incident_id = incident_id,
                         .max = ALARM_DETAIL_LIST_MAX};
}

static void
on_past(const HistoryResult *result, gpointer data)
{
    DetailJob *job = data;
    const HistoryReader *history = job->request->app->ports.history;
    const bool found = result->events != NULL && result->events->len > 0;

    if (!found) {
        if (result->error != NULL)
            http_request_problem_of(job->request, result->error);
        else
            http_request_problem(job->request, 404, "not-found", "No alarm has this id.");
        detail_job_free(job);
        return;
    }
    job->past = event_ref(g_ptr_array_index(result->events, 0));
    const AlarmSearch search = search_for(NULL, job->past->incident_id);

    history->alarms(history->self, &search, on_members, job);
}

void
api_alarm(HttpRequest *request)
{
    const HistoryReader *history = request->app->ports.history;
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const AlarmView *alarm = view_find_alarm(snapshot, request->params[0]);
    const AlarmSearch search = search_for(request->params[0], NULL);

    if (!http_request_knows_alarm(request, request->params[0]))
        return;
    if (alarm == NULL && history == NULL) {
        http_request_problem(request, 404, "not-found",
                             "No alarm of the last 24 hours has this id, and no history database "
                             "is connected.");
        return;
    }
    http_request_defer(request);
    if (alarm != NULL)
        ask_rule(detail_job_new(request), alarm->resource, alarm->fault);
    else
        history->alarms(history->self, &search, on_past, detail_job_new(request));
}
