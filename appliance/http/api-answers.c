/* What the supervision loop said, as the answer. */
#include "appliance/http/api.h"

void
api_answer_shown(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(GString) json = NULL;

    if (result->error != NULL) {
        http_request_problem_of(request, result->error);
        return;
    }
    json = g_string_new(result->text);
    http_request_reply_json(request, 200, json);
}

void
api_answer_changed(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    if (result->error != NULL)
        http_request_problem_of(request, result->error);
    else
        http_request_reply_ok(request);
}
