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

/* Who waits for figures, and in which form. */
typedef struct {
    HttpRequest *request; /* owned */
    bool csv;
} FiguresJob;

static void
reply_figures(HttpRequest *request, const FiguresView *figures, bool csv)
{
    g_autoptr(GString) json = csv ? NULL : g_string_new(NULL);
    GString *text = csv ? g_string_new(NULL) : NULL;

    if (!csv) {
        view_alarm_figures(json, figures);
        http_request_reply_json(request, 200, json);
        return;
    }
    view_alarm_figures_csv(text, figures);
    g_autoptr(GBytes) body = g_string_free_to_bytes(text);

    http_request_set_header(request, "Content-Disposition",
                            "attachment; filename=\"alarm-figures.csv\"");
    http_request_reply(request, 200, "text/csv; charset=utf-8", body);
}

static void
on_scoped(FiguresView *view, gpointer user_data)
{
    FiguresJob *job = (FiguresJob *)user_data;

    if (view != NULL) {
        reply_figures(job->request, view, job->csv);
    } else {
        http_request_set_header(job->request, "Retry-After", "5");
        http_request_problem(job->request, 503, "busy", "Others are being counted; try again.");
    }
    http_request_unref(job->request);
    g_free(job);
}

/* Those of somebody's channels alone are counted when they ask. */
static void
tell_scoped(HttpRequest *request, const Snapshot *narrow, unsigned positions, bool csv)
{
    HttpApp *app = request->app;
    g_autofree char *key = scope_key(&request->scope);
    const ScopedQuestion question = {app->ports.journal, key, narrow, positions};
    FiguresJob *job = NULL;

    if (app->ports.journal == NULL) {
        http_request_problem(request, 503, "unavailable", "No journal is connected.");
        return;
    }
    job = g_new0(FiguresJob, 1);
    *job = (FiguresJob){http_request_ref(request), csv};
    http_request_defer(request);
    scoped_figures_ask(app->figures, &question, on_scoped, job);
}

static void
tell(HttpRequest *request, bool csv)
{
    g_autoptr(Snapshot) snapshot = http_request_snapshot(request);
    const bool limited = snapshot->whole != NULL;
    const FiguresView *figures = limited ? snapshot->whole->figures : snapshot->figures;

    if (figures == NULL)
        http_request_problem(request, 503, "unavailable", "Nothing has been counted yet.");
    else if (limited)
        tell_scoped(request, snapshot, figures->positions, csv);
    else
        reply_figures(request, figures, csv);
}

void
api_alarm_figures(HttpRequest *request)
{
    tell(request, false);
}

void
api_alarm_figures_csv(HttpRequest *request)
{
    tell(request, true);
}
