/* Channels and walls as people change them. The supervision loop checks and adopts; here requests
 * become commands and answers get their headers. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/precondition.h"
#include "pipelines/base/slug.h"

static const char *
collection_of(const HttpRequest *request)
{
    return g_str_has_prefix(request->path, "/api/v1/walls") ? "walls" : "channels";
}

static void
put_etag(HttpRequest *request, const CommandResult *result)
{
    if (result->etag != NULL)
        http_request_set_header(request, "ETag", result->etag);
}

static void
answer(HttpRequest *request, unsigned status, const CommandResult *result)
{
    g_autoptr(GString) json = g_string_new(result->text);

    put_etag(request, result);
    if (result->error != NULL)
        http_request_problem_result(request, result);
    else if (result->text == NULL)
        http_request_reply_ok(request);
    else
        http_request_reply_json(request, status, json);
}

static void
on_shown(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    answer(request, 200, result);
}

/* An answer without an ETag is the one of a dry run: nothing was made. */
static void
on_created(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    answer(request, result->etag != NULL ? 201 : 200, result);
}

/* @id: "" for the collection. @note: (transfer full) (nullable) */
static Command *
command_of(const HttpRequest *request, ConfigVerb verb, const char *id, char *note)
{
    g_autofree char *target =
        g_strdup_printf("%s%s%s", collection_of(request), *id != '\0' ? "/" : "", id);
    Command *command = http_request_command(request, COMMAND_CONFIG, target);

    command->verb = verb;
    if (note != NULL) {
        g_free(command->note);
        command->note = note;
    }
    return command;
}

/* @command: (transfer full) */
static void
submit(HttpRequest *request, Command *command, CommandDone done)
{
    const CommandPort *commands = request->app->ports.commands;

    http_request_defer(request);
    commands->submit(commands->self, command, done, http_request_ref(request));
}

/* A change of what is there. Whether a PUT makes something new only the loop knows: there it is
 * asked for the condition. */
static void
submit_change(HttpRequest *request, ConfigVerb verb, char *note)
{
    g_autoptr(Command) command = command_of(request, verb, request->params[0], note);

    if (verb == CONFIG_SET ? precondition_take_if_any(request, command)
                           : precondition_take(request, command))
        submit(request, g_steal_pointer(&command), on_shown);
}

/* The body as text; answers itself and returns NULL if it is no JSON object. */
static char *
body_of(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);

    return root != NULL ? json_to_string(root, FALSE) : NULL;
}

void
api_config_list(HttpRequest *request)
{
    submit(request, command_of(request, CONFIG_LIST, "", NULL), on_shown);
}

void
api_config_show(HttpRequest *request)
{
    submit(request, command_of(request, CONFIG_SHOW, request->params[0], NULL), on_shown);
}

/* Without an id in the body it is made from the name or the title. */
void
api_config_create(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *body = root != NULL ? json_node_get_object(root) : NULL;
    g_autofree char *id = NULL;
    g_autofree char *path = NULL;

    if (body == NULL)
        return;
    const char *given = http_json_text(body, "id", 1000);
    const char *name = http_json_text(body, "name", 1000);
    const char *title = http_json_text(body, "title", 1000);

    if (name == NULL)
        name = title != NULL ? title : "";
    id = given != NULL ? g_strdup(given) : slug_from_text(name);
    if (slug_is_valid(id)) {
        path = g_strdup_printf("/api/v1/%s/%s", collection_of(request), id);
        http_request_set_header(request, "Location", path);
    }
    g_autoptr(Command) command =
        command_of(request, CONFIG_CREATE, id, json_to_string(root, FALSE));

    if (precondition_dry_run(request, &command->dry_run))
        submit(request, g_steal_pointer(&command), on_created);
}

void
api_config_put(HttpRequest *request)
{
    char *body = body_of(request);

    if (body != NULL)
        submit_change(request, CONFIG_SET, body);
}

void
api_config_patch(HttpRequest *request)
{
    char *body = body_of(request);

    if (body != NULL)
        submit_change(request, CONFIG_PATCH, body);
}

void
api_config_delete(HttpRequest *request)
{
    submit_change(request, CONFIG_REMOVE, NULL);
}
