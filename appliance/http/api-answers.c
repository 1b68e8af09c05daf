/* What the supervision loop said, as the answer. */
#include "appliance/http/api.h"
#include "appliance/http/view-system.h"
#include "pipelines/base/error.h"

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

void
api_answer_refused(HttpRequest *request, const CommandResult *result)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autoptr(GBytes) body = NULL;

    if (result->pointer == NULL ||
        !g_error_matches(result->error, GANTRY_ERROR, GANTRY_ERROR_INVALID)) {
        http_request_problem_of(request, result->error);
        return;
    }
    view_problem_at(json, 422, result->pointer, result->error->message);
    body = g_bytes_new(json->str, json->len);
    http_request_reply(request, 422, "application/problem+json; charset=utf-8", body);
}
