/* What shifts and managers read: hand-over, figures. */
#include "appliance/http/api.h"
#include "appliance/http/view-alarm-figures.h"
#include "appliance/http/view-handover.h"

void
api_handover(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    g_autoptr(GString) json = g_string_new(NULL);
    const ViewTime now = app_now();

    view_handover(json, snapshot, &now);
    http_request_reply_json(request, 200, json);
}

/* Answers 503 itself while nothing was counted. (transfer none) (nullable): valid with @snapshot */
static const FiguresView *
figures_of(HttpRequest *request, const Snapshot *snapshot)
{
    if (snapshot->figures == NULL)
        http_request_problem(request, 503, "unavailable", "Nothing has been counted yet.");
    return snapshot->figures;
}

void
api_alarm_figures(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const FiguresView *figures = figures_of(request, snapshot);
    g_autoptr(GString) json = g_string_new(NULL);

    if (figures == NULL)
        return;
    view_alarm_figures(json, figures);
    http_request_reply_json(request, 200, json);
}

void
api_alarm_figures_csv(HttpRequest *request)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const FiguresView *figures = figures_of(request, snapshot);
    GString *text = NULL;

    if (figures == NULL)
        return;
    text = g_string_new(NULL);
    view_alarm_figures_csv(text, figures);
    g_autoptr(GBytes) body = g_string_free_to_bytes(text);

    http_request_set_header(request, "Content-Disposition",
                            "attachment; filename=\"alarm-figures.csv\"");
    http_request_reply(request, 200, "text/csv; charset=utf-8", body);
}
