/* What the supervision loop said, as the answer. */
#include "appliance/http/api.h"

void
api_answer_shown(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;
    g_autoptr(GString) json = NULL;

    if (result->error != NULL) {
        http_request_problem_result(request, result);
        return;
    }
    if (result->etag != NULL)
        http_request_set_header(request, "ETag", result->etag);
    json = g_string_new(result->text);
    http_request_reply_json(request, 200, json);
}

void
api_answer_changed(const CommandResult *result, gpointer data)
{
    g_autoptr(HttpRequest) request = (HttpRequest *)data;

    if (result->error != NULL) {
        http_request_problem_result(request, result);
        return;
    }
    if (result->etag != NULL)
        http_request_set_header(request, "ETag", result->etag);
    http_request_reply_ok(request);
}
