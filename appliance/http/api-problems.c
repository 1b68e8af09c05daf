/* The pages that the types of problems lead to. */
#include "appliance/http/api.h"
#include "appliance/http/problem.h"

static void
reply(HttpRequest *request, GString *html)
{
    g_autoptr(GBytes) body = g_bytes_new(html->str, html->len);

    http_request_set_header(request, "Cache-Control", "max-age=3600");
    http_request_reply(request, 200, "text/html; charset=utf-8", body);
}

void
api_problem(HttpRequest *request)
{
    g_autoptr(GString) html = g_string_new(NULL);

    if (problem_page(html, request->params[0]))
        reply(request, html);
    else
        http_request_problem(request, 404, "not-found", "No problem has this name.");
}

void
api_problem_list(HttpRequest *request)
{
    g_autoptr(GString) html = g_string_new(NULL);

    problem_index(html);
    reply(request, html);
}
