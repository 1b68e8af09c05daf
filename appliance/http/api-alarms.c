/* Alarms: the list, and what operators do with them. */
#include "appliance/http/alarm-act.h"
#include "appliance/http/alarm-search.h"
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/page.h"

static void
render_open(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    const AlarmQuery query = {.state = ALARM_FILTER_OPEN, .limit = 100};

    (void)view_alarms(out, snapshot, &query, NULL);
}

/* What every dashboard asks for: rendered once for all. */
static void
open_alarms(HttpRequest *request)
{
    g_autoptr(GBytes) body = http_request_cached(request, "alarms", render_open);

    http_request_reply(request, 200, "application/json; charset=utf-8", body);
}

void
api_alarms(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    g_autoptr(GString) json = g_string_new(NULL);
    AlarmQuery query = {0};
    const char *next = NULL;

    if (request->query == NULL) {
        open_alarms(request);
        return;
    }
    if (!alarm_query_read(request, &query))
        return;
    if (!view_alarms(json, snapshot, &query, &next)) {
        http_request_problem(request, 400, "bad-cursor",
                             "\"cursor\" is too old; begin with the first page.");
        return;
    }
    page_link(request, next);
    http_request_reply_json(request, 200, json);
}

static void
on_done(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    if (result->error != NULL)
        http_request_problem_of(request, result->error);
    else
        http_request_reply_ok(request);
}

/* A body is optional where nothing is needed. */
static void
act(HttpRequest *request, CommandKind kind)
{
    const CommandPort *commands = request->app->ports.commands;
    g_autoptr(JsonNode) root = request->body->len > 0 ? http_request_json(request) : NULL;
    g_auto(AlarmAct) wanted = {0};
    const char *problem = NULL;

    if ((request->body->len > 0 && root == NULL) ||
        !http_request_knows_alarm(request, request->params[0]))
        return;
    problem = alarm_act_read(root != NULL ? json_node_get_object(root) : NULL, kind, &wanted);
    if (problem != NULL) {
        http_request_problem(request, 400, "invalid", problem);
        return;
    }
    http_request_defer(request);
    commands->submit(commands->self, alarm_act_command(&wanted, request, request->params[0]),
                     on_done, http_request_ref(request));
}

void
api_alarm_ack(HttpRequest *request)
{
    act(request, COMMAND_ALARM_ACK);
}

void
api_alarm_unack(HttpRequest *request)
{
    act(request, COMMAND_ALARM_UNACK);
}

void
api_alarm_comment(HttpRequest *request)
{
    act(request, COMMAND_ALARM_COMMENT);
}

void
api_alarm_assign(HttpRequest *request)
{
    act(request, COMMAND_ALARM_ASSIGN);
}

void
api_alarm_shelve(HttpRequest *request)
{
    act(request, COMMAND_ALARM_SHELVE);
}

void
api_alarm_unshelve(HttpRequest *request)
{
    act(request, COMMAND_ALARM_UNSHELVE);
}
