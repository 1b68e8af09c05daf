/* Profiles, what they would have done, and what was learned of channels. The supervision loop holds
 * all of it; its answers are JSON already. */
#include "appliance/http/api.h"
#include "appliance/http/precondition.h"

#define HOURS_MAX 24.0

static void
on_json(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(GString) json = g_string_new(result->text);

    if (result->error != NULL)
        http_request_problem_of(request, result->error);
    else if (result->text == NULL)
        http_request_reply_ok(request);
    else
        http_request_reply_json(request, 200, json);
}

/* @command: (transfer full) */
static void
submit(HttpRequest *request, Command *command)
{
    const CommandPort *commands = request->app->ports.commands;

    http_request_defer(request);
    commands->submit(commands->self, command, on_json, http_request_ref(request));
}

/* @command: (transfer full): what may change something that is there */
static void
submit_change(HttpRequest *request, Command *command)
{
    g_autoptr(Command) owned = command;

    if (precondition_take_if_any(request, command))
        submit(request, g_steal_pointer(&owned));
}

static void
submit_target(HttpRequest *request, CommandKind kind, const char *target)
{
    submit(request, http_request_command(request, kind, target));
}

void
api_profiles(HttpRequest *request)
{
    submit_target(request, COMMAND_PROFILES, "");
}

void
api_profile_put(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    Command *command = NULL;

    if (root == NULL)
        return;
    command = http_request_command(request, COMMAND_PROFILE_SET, request->params[0]);
    g_free(command->note);
    command->note = json_to_string(root, FALSE);
    submit_change(request, command);
}

void
api_profile_delete(HttpRequest *request)
{
    submit_change(request,
                  http_request_command(request, COMMAND_PROFILE_DELETE, request->params[0]));
}

void
api_group_profile_put(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    g_autofree char *group = g_uri_unescape_string(request->params[0], NULL);
    const char *profile =
        root != NULL ? http_json_text(json_node_get_object(root), "profile", 63) : NULL;
    Command *command = NULL;

    if (root == NULL)
        return;
    if (profile == NULL || group == NULL || !g_utf8_validate(group, -1, NULL)) {
        http_request_problem(request, 400, "invalid",
                             "\"profile\" is the id of a profile, or \"\" for none.");
        return;
    }
    command = http_request_command(request, COMMAND_GROUP_PROFILE, profile);
    g_free(command->channel);
    command->channel = g_steal_pointer(&group);
    submit_change(request, command);
}

/* "channel" or "group" of the body as the command has it. Returns: (transfer full) */
static char *
scope_of(JsonObject *body)
{
    const char *channel = http_json_text(body, "channel", 63);
    const char *group = http_json_text(body, "group", 120);

    return channel == NULL && group != NULL && *group != '\0' ? g_strconcat("group/", group, NULL)
                                                              : g_strdup(channel);
}

void
api_profile_simulate(HttpRequest *request)
{
    g_autoptr(JsonNode) root = http_request_json(request);
    JsonObject *body = root != NULL ? json_node_get_object(root) : NULL;
    JsonNode *draft = body != NULL ? json_object_get_member(body, "profile") : NULL;
    double hours = HOURS_MAX;
    g_autofree char *scope = body != NULL ? scope_of(body) : NULL;
    Command *command = NULL;

    if (root == NULL)
        return;
    if (!http_json_number(body, "hours", &hours) || !(hours > 0 && hours <= HOURS_MAX)) {
        http_request_problem(request, 400, "invalid", "\"hours\" is above 0 and at most 24.");
        return;
    }
    command = http_request_command(request, COMMAND_PROFILE_SIMULATE, request->params[0]);
    command->from_us = (MonoUs)(hours * 3600 * (double)US_PER_SECOND);
    if (draft != NULL) {
        g_free(command->note);
        command->note = json_to_string(draft, FALSE);
    }
    if (scope != NULL) {
        g_free(command->channel);
        command->channel = g_steal_pointer(&scope);
    }
    submit(request, command);
}

void
api_channel_proposal(HttpRequest *request)
{
    submit_target(request, COMMAND_PROPOSAL, request->params[0]);
}

void
api_channel_proposal_accept(HttpRequest *request)
{
    submit_target(request, COMMAND_PROPOSAL_ACCEPT, request->params[0]);
}
