/* What a site decides: calendar, run-books, policy. The supervision loop reads and changes them;
 * their JSON is checked there. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/precondition.h"

#define KEY_MAX 63u /* bytes */

static void
show(HttpRequest *request, const char *part)
{
    const CommandPort *commands = request->app->ports.commands;

    http_request_defer(request);
    commands->submit(commands->self, http_request_command(request, COMMAND_SITE_SHOW, part),
                     api_answer_shown, http_request_ref(request));
}

/* @kind: set or remove */
static void
change(HttpRequest *request, CommandKind kind, const char *part)
{
    const CommandPort *commands = request->app->ports.commands;
    const char *key = request->params[0];
    g_autofree char *target = key != NULL ? g_strdup_printf("%s/%s", part, key) : g_strdup(part);
    g_autoptr(JsonNode) root = kind == COMMAND_SITE_SET ? http_request_json(request) : NULL;
    g_autoptr(Command) command = NULL;

    if (kind == COMMAND_SITE_SET && root == NULL)
        return;
    if (key != NULL && strlen(key) > KEY_MAX) {
        http_request_problem(request, 404, "not-found", "Nothing is called so.");
        return;
    }
    command = http_request_command(request, kind, target);
    if (root != NULL) {
        g_free(command->note);
        command->note = json_to_string(root, FALSE);
    }
    if (!precondition_take_if_any(request, command))
        return;
    http_request_defer(request);
    commands->submit(commands->self, g_steal_pointer(&command), api_answer_changed,
                     http_request_ref(request));
}

void
api_calendar(HttpRequest *request)
{
    show(request, "calendar");
}

void
api_calendar_put(HttpRequest *request)
{
    change(request, COMMAND_SITE_SET, "calendar");
}

void
api_calendar_delete(HttpRequest *request)
{
    change(request, COMMAND_SITE_REMOVE, "calendar");
}

void
api_runbooks(HttpRequest *request)
{
    show(request, "runbooks");
}

void
api_runbook_put(HttpRequest *request)
{
    change(request, COMMAND_SITE_SET, "runbooks");
}

void
api_runbook_delete(HttpRequest *request)
{
    change(request, COMMAND_SITE_REMOVE, "runbooks");
}

void
api_policy(HttpRequest *request)
{
    show(request, "policy");
}

void
api_policy_put(HttpRequest *request)
{
    change(request, COMMAND_SITE_SET, "policy");
}
