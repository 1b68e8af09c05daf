/* The inventory as a whole: lists in and out, generations, and inputs that are no channels yet. The
 * supervision loop does the work; its answers are JSON already. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/cursor.h"
#include "appliance/http/guard.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/page.h"
#include "appliance/http/precondition.h"

#define ADDRESS_MAX   256u
#define INTERFACE_MAX 15u
#define PAGE_USUAL    20u
#define PAGE_MOST     100u

/* @command: (transfer full) */
static void
submit(HttpRequest *request, Command *command, CommandDone done)
{
    const CommandPort *commands = request->app->ports.commands;

    http_request_defer(request);
    commands->submit(commands->self, command, done, http_request_ref(request));
}

static Command *
command_of(const HttpRequest *request, ConfigVerb verb, const char *target)
{
    Command *command = http_request_command(request, COMMAND_CONFIG, target);

    command->verb = verb;
    return command;
}

static void
set_text(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

/* ---- Lists ---- */

/* Unless it is told to apply the list it only says what that would do. */
void
api_channels_import(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    g_autoptr(Command) command = NULL;
    const char *dry_run = http_request_query(request, "dry_run");

    if (root == NULL)
        return;
    JsonObject *body = json_node_get_object(root);
    const char *list = http_json_text(body, "list", BODY_IMPORT_MAX);
    const char *missing = http_json_text(body, "missing", 16);

    if (list == NULL || *list == '\0') {
        http_request_problem_field(request, "/list", "the text of a CSV, M3U or XSPF is expected");
        return;
    }
    if (missing != NULL && !g_str_equal(missing, "keep") && !g_str_equal(missing, "remove")) {
        http_request_problem_field(request, "/missing", "keep or remove is expected");
        return;
    }
    command = command_of(request, CONFIG_IMPORT, "");
    set_text(&command->note, list);
    set_text(&command->channel, missing != NULL ? missing : "keep");
    if (!precondition_dry_run(request, &command->dry_run))
        return;
    command->dry_run = dry_run == NULL || command->dry_run;
    submit(request, g_steal_pointer(&command), api_answer_shown);
}

static void
on_csv(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(GBytes) body = NULL;

    if (result->error != NULL) {
        http_request_problem_result(request, result);
        return;
    }
    body = g_bytes_new(result->text, strlen(result->text));
    http_request_set_header(request, "Content-Disposition",
                            "attachment; filename=\"channels.csv\"");
    http_request_reply(request, 200, "text/csv; charset=utf-8", body);
}

void
api_channels_export(HttpRequest *request)
{
    submit(request, command_of(request, CONFIG_EXPORT, ""), on_csv);
}

/* ---- Generations ---- */

/* The loop tells where the next page begins; as a cursor it is opaque, as everywhere. */
static void
on_generations(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(JsonNode) root = result->text != NULL ? json_from_string(result->text, NULL) : NULL;
    JsonObject *object =
        root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
    const char *next = object != NULL
                           ? json_object_get_string_member_with_default(object, "next_cursor", NULL)
                           : NULL;

    if (next == NULL) {
        api_answer_shown(result, g_steal_pointer(&request));
        return;
    }
    g_autofree char *cursor = cursor_make(next);

    page_link(request, next);
    json_object_set_string_member(object, "next_cursor", cursor);
    g_autofree char *text = json_to_string(root, FALSE);
    g_autoptr(GString) json = g_string_new(text);

    if (result->etag != NULL)
        http_request_set_header(request, "ETag", result->etag);
    http_request_reply_json(request, 200, json);
}

void
api_generations(HttpRequest *request)
{
    const char *place = NULL;
    Command *command = NULL;

    if (!page_place(request, &place))
        return;
    command = command_of(request, CONFIG_GENERATIONS, place);
    command->seq = http_request_query_uint(request, "limit", 1, PAGE_MOST, PAGE_USUAL);
    submit(request, command, on_generations);
}

void
api_generation_diff(HttpRequest *request)
{
    Command *command = command_of(request, CONFIG_DIFFERENCE, request->params[0]);

    command->seq = http_request_query_uint(request, "against", 1, G_MAXINT64, 0);
    submit(request, command, api_answer_shown);
}

void
api_generation_revert(HttpRequest *request)
{
    g_autoptr(Command) command = command_of(request, CONFIG_REVERT, request->params[0]);

    if (precondition_take(request, command))
        submit(request, g_steal_pointer(&command), api_answer_shown);
}

void
api_profile_rules(HttpRequest *request)
{
    submit(request, command_of(request, CONFIG_RULES, request->params[0]), api_answer_shown);
}

/* ---- Probes ---- */

static void
on_started(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autofree char *path = NULL;
    g_autoptr(GString) json = g_string_new(NULL);

    if (result->error != NULL) {
        http_request_problem_result(request, result);
        return;
    }
    path = g_strdup_printf("/api/v1/operations/%s", result->text);
    http_request_set_header(request, "Location", path);
    json_begin_object(json, NULL);
    json_string(json, "id", result->text);
    json_string(json, "url", path);
    json_end_object(json);
    http_request_reply_json(request, 202, json);
}

void
api_probe_start(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    Command *command = NULL;

    if (root == NULL)
        return;
    JsonObject *body = json_node_get_object(root);
    const char *address = http_json_text(body, "address", ADDRESS_MAX);
    const char *interface = http_json_text(body, "interface", INTERFACE_MAX);

    if (address == NULL) {
        http_request_problem_field(request, "/address",
                                   "an address such as udp://239.1.1.1:5000 is expected");
        return;
    }
    if (json_object_has_member(body, "interface") &&
        (interface == NULL || strpbrk(interface, "/: \t\r\n") != NULL || *interface == '-')) {
        http_request_problem_field(request, "/interface",
                                   "the name of a network interface is expected, such as eth1");
        return;
    }
    command = command_of(request, CONFIG_PROBE, address);
    set_text(&command->channel, interface != NULL ? interface : "");
    submit(request, command, on_started);
}

void
api_operation(HttpRequest *request)
{
    submit(request, command_of(request, CONFIG_OPERATION, request->params[0]), api_answer_shown);
}
