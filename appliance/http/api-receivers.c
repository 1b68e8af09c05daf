/* Receivers: list, one, change, test, what was tried, once more. The supervision loop knows them;
 * their JSON is checked there. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/precondition.h"
#include "pipelines/base/error.h"

/* What the receiver answered is the answer, also when it was a refusal. */
static void
on_tried(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(GString) json = g_string_new(NULL);
    const bool refused = result->error != NULL &&
                         g_error_matches(result->error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE);

    if (result->error != NULL && !refused) {
        http_request_problem_of(request, result->error);
        return;
    }
    json_begin_object(json, NULL);
    json_bool(json, "delivered", !refused);
    json_string(json, "text", refused ? result->error->message : result->text);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

static void
submit(HttpRequest *request, Command *command, CommandDone done)
{
    const CommandPort *commands = request->app->ports.commands;

    http_request_defer(request);
    commands->submit(commands->self, command, done, http_request_ref(request));
}

static void
ask(HttpRequest *request, CommandKind kind, CommandDone done)
{
    submit(request, http_request_command(request, kind, request->params[0]), done);
}

/* @command: (transfer full): what may change something that is there */
static void
submit_change(HttpRequest *request, Command *command)
{
    g_autoptr(Command) owned = command;

    if (precondition_take_if_any(request, command))
        submit(request, g_steal_pointer(&owned), api_answer_changed);
}

void
api_receivers(HttpRequest *request)
{
    ask(request, COMMAND_RECEIVER_SHOW, api_answer_shown);
}

void
api_receiver_put(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);

    if (root == NULL)
        return;
    Command *command = http_request_command(request, COMMAND_RECEIVER_SET, request->params[0]);

    g_free(command->note);
    command->note = json_to_string(root, FALSE);
    submit_change(request, command);
}

void
api_receiver_delete(HttpRequest *request)
{
    submit_change(request,
                  http_request_command(request, COMMAND_RECEIVER_REMOVE, request->params[0]));
}

void
api_receiver_test(HttpRequest *request)
{
    ask(request, COMMAND_RECEIVER_TEST, on_tried);
}

void
api_receiver_deliveries(HttpRequest *request)
{
    ask(request, COMMAND_RECEIVER_ATTEMPTS, api_answer_shown);
}

void
api_receiver_replay(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonNode *node =
        root != NULL ? json_object_get_member(json_node_get_object(root), "seq") : NULL;

    if (root == NULL)
        return;
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_INT64 || json_node_get_int(node) < 1) {
        http_request_problem(request, 400, "invalid",
                             "\"seq\" is the journal's number of the event, from 1.");
        return;
    }
    Command *command = http_request_command(request, COMMAND_RECEIVER_REPLAY, request->params[0]);

    command->seq = (uint64_t)json_node_get_int(node);
    submit(request, command, on_tried);
}
