/* Evidence of alarms: read from disk on threads of the pool, never on this one. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-evidence.h"

#define PICTURE_SUFFIX ".jpg"
#define FOREVER        "private, max-age=86400, immutable" /* a picture once kept does not change */

typedef struct {
    HttpRequest *request; /* owned */
    EvidenceReader reader;
    char *alarm_id;
    EvidencePlace place;
    GBytes *body;  /* (nullable): the answer */
    GError *error; /* (nullable): why there is none */
} EvidenceJob;

static void
job_free(EvidenceJob *job)
{
    g_clear_pointer(&job->body, g_bytes_unref);
    g_clear_error(&job->error);
    g_free(job->alarm_id);
    http_request_unref(job->request);
    g_free(job);
}

/* Runs @work on a thread of the pool, and @done here. Answers 503 itself where that cannot be. */
static void
ask(HttpRequest *request, EvidencePlace place, void (*work)(gpointer), void (*done)(gpointer))
{
    const EvidenceReader *reader = request->app->ports.evidence;
    EvidenceJob *job;

    if (!http_request_knows_alarm(request, request->params[0]))
        return;
    if (reader == NULL) {
        http_request_problem(request, 503, "unavailable", "No evidence is kept here.");
        return;
    }
    job = g_new0(EvidenceJob, 1);
    job->request = http_request_ref(request);
    job->reader = *reader;
    job->alarm_id = g_strdup(request->params[0]);
    job->place = place;
    http_request_defer(request);
    if (disk_pool_push(request->app->disk, work, done, job))
        return;
    http_request_problem(request, 503, "busy", "The disk is busy; ask again soon.");
    job_free(job);
}

static void
reply(EvidenceJob *job, const char *type)
{
    if (job->body == NULL)
        http_request_problem_of(job->request, job->error);
    else
        http_request_reply(job->request, 200, type, job->body);
    job_free(job);
}

static void
work_record(gpointer data)
{
    EvidenceJob *job = (EvidenceJob *)data;
    g_autoptr(EvidenceRecord) record =
        job->reader.read(job->reader.self, job->alarm_id, &job->error);
    GString *json = NULL;

    if (record == NULL)
        return;
    json = g_string_new(NULL);
    view_evidence(json, record);
    job->body = g_string_free_to_bytes(json);
}

static void
done_record(gpointer data)
{
    reply((EvidenceJob *)data, "application/json; charset=utf-8");
}

void
api_alarm_evidence(HttpRequest *request)
{
    ask(request, EVIDENCE_AT, work_record, done_record);
}

static void
work_picture(gpointer data)
{
    EvidenceJob *job = (EvidenceJob *)data;

    job->body = job->reader.picture(job->reader.self, job->alarm_id, job->place, &job->error);
}

static void
done_picture(gpointer data)
{
    EvidenceJob *job = (EvidenceJob *)data;

    if (job->body != NULL)
        http_request_set_header(job->request, "Cache-Control", FOREVER);
    reply(job, "image/jpeg");
}

void
api_alarm_evidence_picture(HttpRequest *request)
{
    const char *file = request->params[1];
    g_autofree char *name = g_str_has_suffix(file, PICTURE_SUFFIX)
                                ? g_strndup(file, strlen(file) - strlen(PICTURE_SUFFIX))
                                : NULL;
    EvidencePlace place;

    if (!evidence_place_from_name(name, &place))
        http_request_problem(request, 404, "not-found",
                             "There is before.jpg, at.jpg and after.jpg.");
    else
        ask(request, place, work_picture, done_picture);
}
