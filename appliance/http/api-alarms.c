/* Alarms: lists, what operators do with them, their story. */
#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-alarm.h"
#include "appliance/http/view-system.h"
#include "pipelines/base/text.h"

#define NOTE_MAX   1000u /* bytes */
#define EVENTS_MAX 500u  /* of one resource that are looked through */

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
    g_autoptr(GBytes) body = app_cached(request->app, &request->app->alarms, render_open);

    http_request_reply(request, 200, "application/json; charset=utf-8", body);
}

void
api_alarms(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);
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

/* A body is optional where a note is. False: answered already. */
static bool
read_note(HttpRequest *request, bool required, char **ret_note)
{
    g_autoptr(JsonNode) root = request->body->len > 0 ? http_request_json(request) : NULL;
    const char *note = NULL;

    if (request->body->len > 0 && root == NULL)
        return false;
    if (root != NULL)
        note = http_json_text(json_node_get_object(root), "note", NOTE_MAX);
    if ((required && (note == NULL || *note == '\0')) ||
        (note == NULL && root != NULL &&
         json_object_has_member(json_node_get_object(root), "note"))) {
        http_request_problem(request, 400, "invalid", "\"note\" is a text of 1 to 1000 bytes.");
        return false;
    }
    *ret_note = text_clean(note, NOTE_MAX);
    return true;
}

static void
act(HttpRequest *request, CommandKind kind, bool note_required)
{
    const CommandPort *commands = request->app->ports.commands;
    Command *command;
    char *note = NULL;

    if (!read_note(request, note_required, &note))
        return;
    command = command_new(kind, request->params[0], request->user);
    g_free(command->note);
    command->note = note;
    http_request_defer(request);
    commands->submit(commands->self, command, on_done, http_request_ref(request));
}

void
api_alarm_ack(HttpRequest *request)
{
    act(request, COMMAND_ALARM_ACK, false);
}

void
api_alarm_unack(HttpRequest *request)
{
    act(request, COMMAND_ALARM_UNACK, false);
}

void
api_alarm_comment(HttpRequest *request)
{
    act(request, COMMAND_ALARM_COMMENT, true);
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

        if (g_strcmp0(event->alarm_id, request->params[0]) == 0)
            g_ptr_array_add(mine, result->events->pdata[i]);
    }
    view_journal(json, mine, 0);
    http_request_reply_json(request, 200, json);
}

void
api_alarm_events(HttpRequest *request)
{
    const HistoryReader *history = request->app->ports.history;
    g_autoptr(Snapshot) snapshot = board_get_snapshot(request->app->board);
    const AlarmView *alarm = view_find_alarm(snapshot, request->params[0]);

    if (history == NULL) {
        http_request_problem(request, 503, "unavailable", "No history database is connected.");
        return;
    }
    http_request_defer(request);
    history->events(history->self, alarm != NULL ? alarm->resource : "",
                    app_now().wall_us + US_PER_SECOND, EVENTS_MAX, on_events,
                    http_request_ref(request));
}
