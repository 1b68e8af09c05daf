/* Alarms: lists, what operators do with them, their story. */
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-alarm.h"
#include "appliance/http/view-system.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

#define NOTE_MAX    1000u /* bytes */
#define MINUTES_MAX 10080 /* a week */
#define EVENTS_MAX  500u  /* of one resource that are looked through */

static bool
filter_of(const char *word, AlarmFilter *ret_filter)
{
    static const char *const words[] = {"open", "cleared", "all"};

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        if (word == NULL || g_str_equal(word, words[i])) {
            *ret_filter = (AlarmFilter)i;
            return true;
        }
    }
    return false;
}

static void
render_open(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    const AlarmQuery query = {.state = ALARM_FILTER_OPEN, .limit = 100};

    (void)view_alarms(out, snapshot, &query);
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
    AlarmQuery query = {
        .channel = http_request_query(request, "channel"),
        .after = http_request_query(request, "cursor"),
        .limit = (unsigned)http_request_query_uint(request, "limit", 1, ALARM_PAGE_MAX, 100),
    };

    if (request->query == NULL)
        open_alarms(request);
    else if (!filter_of(http_request_query(request, "state"), &query.state))
        http_request_problem(request, 400, "invalid", "\"state\" is open, cleared or all.");
    else if (!view_alarms(json, snapshot, &query))
        http_request_problem(request, 400, "invalid",
                             "\"cursor\" is too old; begin with the first page.");
    else
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

typedef enum { NEEDS_NOTHING, NEEDS_NOTE, NEEDS_USER } ActNeeds;

/* A number of minutes, 1 to a week; 0 without one. False if it is something else. */
static bool
read_minutes(JsonObject *object, int64_t *ret_for_us)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, "minutes") : NULL;
    gint64 minutes = 0;

    if (node != NULL &&
        (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64))
        return false;
    if (node != NULL)
        minutes = json_node_get_int(node);
    *ret_for_us = minutes * 60 * US_PER_SECOND;
    return node == NULL || (minutes >= 1 && minutes <= MINUTES_MAX);
}

/* @object: (nullable): the body. Why it will not do; NULL if it will. */
static const char *
read_act(JsonObject *object, ActNeeds needs, Command *command)
{
    const char *note = object != NULL ? http_json_text(object, "note", NOTE_MAX) : NULL;
    const char *user = object != NULL ? http_json_text(object, "user", SLUG_MAX) : NULL;

    if ((needs == NEEDS_NOTE && (note == NULL || *note == '\0')) ||
        (note == NULL && object != NULL && json_object_has_member(object, "note")))
        return "\"note\" is a text of 1 to 1000 bytes.";
    if (!read_minutes(object, &command->for_us))
        return "\"minutes\" is a whole number from 1 to 10080.";
    if (needs == NEEDS_USER && (user == NULL || !slug_is_valid(user)))
        return "\"user\" is the name of an account.";
    g_free(command->note);
    command->note = text_clean(note, NOTE_MAX);
    command->owner = g_strdup(user);
    return NULL;
}

/* A body is optional where nothing is needed. */
static void
act(HttpRequest *request, CommandKind kind, ActNeeds needs)
{
    const CommandPort *commands = request->app->ports.commands;
    g_autoptr(JsonNode) root = request->body->len > 0 ? http_request_json(request) : NULL;
    g_autoptr(Command) command = http_request_command(request, kind, request->params[0]);
    const char *problem = NULL;

    if ((request->body->len > 0 && root == NULL) ||
        !http_request_knows_alarm(request, request->params[0]))
        return;
    problem = read_act(root != NULL ? json_node_get_object(root) : NULL, needs, command);
    if (problem != NULL) {
        http_request_problem(request, 400, "invalid", problem);
        return;
    }
    http_request_defer(request);
    commands->submit(commands->self, g_steal_pointer(&command), on_done, http_request_ref(request));
}

void
api_alarm_ack(HttpRequest *request)
{
    act(request, COMMAND_ALARM_ACK, NEEDS_NOTHING);
}

void
api_alarm_unack(HttpRequest *request)
{
    act(request, COMMAND_ALARM_UNACK, NEEDS_NOTHING);
}

void
api_alarm_comment(HttpRequest *request)
{
    act(request, COMMAND_ALARM_COMMENT, NEEDS_NOTE);
}

void
api_alarm_assign(HttpRequest *request)
{
    act(request, COMMAND_ALARM_ASSIGN, NEEDS_USER);
}

void
api_alarm_shelve(HttpRequest *request)
{
    act(request, COMMAND_ALARM_SHELVE, NEEDS_NOTE);
}

void
api_alarm_unshelve(HttpRequest *request)
{
    act(request, COMMAND_ALARM_UNSHELVE, NEEDS_NOTHING);
}

static void
on_events(const HistoryResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(GPtrArray) mine = g_ptr_array_new();
    g_autoptr(GString) json = g_string_new(NULL);

    if (result->error != NULL) {
        http_request_problem_of(request, result->error);
        return;
    }
    for (guint i = 0; result->events != NULL && i < result->events->len; i++) {
        const Event *event = (const Event *)result->events->pdata[i];

        /* what it joined tells of others */
        if (g_strcmp0(event->alarm_id, request->params[0]) == 0 &&
            !(request->scope.limited && event->kind == EVENT_ALARM_JOINED))
            g_ptr_array_add(mine, result->events->pdata[i]);
    }
    view_journal(json, mine, 0);
    http_request_reply_json(request, 200, json);
}

void
api_alarm_events(HttpRequest *request)
{
    const HistoryReader *history = request->app->ports.history;
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const AlarmView *alarm = view_find_alarm(snapshot, request->params[0]);

    if (!http_request_knows_alarm(request, request->params[0]))
        return;
    if (history == NULL) {
        http_request_problem(request, 503, "unavailable", "No history database is connected.");
        return;
    }
    http_request_defer(request);
    history->events(history->self, alarm != NULL ? alarm->resource : "",
                    app_now().wall_us + US_PER_SECOND, EVENTS_MAX, on_events,
                    http_request_ref(request));
}
