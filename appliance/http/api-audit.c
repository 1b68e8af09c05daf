/* The audit trail as list and as table. */
#include <string.h>

#include "appliance/http/api.h"
#include "appliance/http/audit-reader.h"
#include "appliance/http/csv-writer.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/page.h"

typedef struct {
    HttpRequest *request; /* owned */
    bool csv;
} AuditJob;

static void
job_free(AuditJob *job)
{
    http_request_unref(job->request);
    g_free(job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditJob, job_free)

/* What the supervision loop wrote beside the sentence: "from", and digests of what it changed. */
static JsonObject *
details_of(const Event *event, JsonNode **ret_root)
{
    *ret_root = json_from_string(event->note, NULL);
    return *ret_root != NULL && JSON_NODE_HOLDS_OBJECT(*ret_root) ? json_node_get_object(*ret_root)
                                                                  : NULL;
}

static const char *
detail(JsonObject *details, const char *name)
{
    return details != NULL ? json_object_get_string_member_with_default(details, name, NULL) : NULL;
}

static void
write_entry(GString *json, const Event *event)
{
    g_autoptr(JsonNode) root = NULL;
    JsonObject *details = details_of(event, &root);

    json_begin_object(json, NULL);
    json_uint(json, "seq", event->seq);
    json_time(json, "at", event->wall_us);
    json_string(json, "actor", event->actor);
    json_string(json, "from", detail(details, "from"));
    json_string(json, "text", event->text);
    json_string(json, "before", detail(details, "before"));
    json_string(json, "after", detail(details, "after"));
    json_end_object(json);
}

static void
reply_list(HttpRequest *request, const AuditPage *page)
{
    g_autoptr(GString) json = g_string_new(NULL);
    g_autofree char *place =
        page->next > 1 ? g_strdup_printf("%" G_GUINT64_FORMAT, page->next) : NULL;

    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (guint i = 0; i < page->events->len; i++)
        write_entry(json, (const Event *)page->events->pdata[i]);
    json_end_array(json);
    page_end(request, json, place);
    json_end_object(json);
    http_request_reply_json(request, 200, json);
}

static void
reply_csv(HttpRequest *request, const AuditPage *page)
{
    static const char *const names[] = {"at", "actor", "from", "text", "before", "after", NULL};
    GString *text = g_string_new(NULL);

    csv_begin(text, names);
    for (guint i = 0; i < page->events->len; i++) {
        const Event *event = (const Event *)page->events->pdata[i];
        g_autoptr(JsonNode) root = NULL;
        JsonObject *details = details_of(event, &root);

        csv_time(text, event->wall_us);
        csv_text(text, event->actor);
        csv_text(text, detail(details, "from"));
        csv_text(text, event->text);
        csv_text(text, detail(details, "before"));
        csv_text(text, detail(details, "after"));
        csv_end_row(text);
    }
    g_autoptr(GBytes) body = g_string_free_to_bytes(text);

    http_request_set_header(request, "Content-Disposition", "attachment; filename=\"audit.csv\"");
    http_request_reply(request, 200, "text/csv; charset=utf-8", body);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(AuditJob) job = (AuditJob *)data;
    g_autoptr(AuditPage) page = audit_read_finish(result);

    if (page == NULL)
        http_request_problem(job->request, 503, "unavailable", "The journal cannot be read.");
    else if (job->csv)
        reply_csv(job->request, page);
    else
        reply_list(job->request, page);
}

static bool
read_time(HttpRequest *request, const char *name, WallUs *time_us)
{
    const char *text = http_request_query(request, name);

    if (text == NULL || http_time_parse(text, time_us))
        return true;
    http_request_problem(request, 400, "invalid",
                         "\"from\" and \"to\" are times such as 2026-01-31T12:00:00Z.");
    return false;
}

static void
ask(HttpRequest *request, bool csv)
{
    const JournalReader *reader = request->app->ports.journal;
    g_auto(AuditQuery) query = {0};
    g_auto(Page) page = {0};
    guint64 before = 0;
    AuditJob *job = NULL;

    if (reader == NULL) {
        http_request_problem(request, 503, "unavailable", "No journal is connected.");
        return;
    }
    if (!page_read(request, csv ? AUDIT_PAGE_MAX : 100, AUDIT_PAGE_MAX, &page) ||
        !read_time(request, "from", &query.from_us) || !read_time(request, "to", &query.to_us))
        return;
    if (page.place != NULL)
        (void)g_ascii_string_to_unsigned(page.place, 10, 1, G_MAXINT64, &before, NULL);
    query.reader = *reader;
    query.before = before;
    query.max = page.limit;
    query.actor = g_strdup(http_request_query(request, "actor"));
    if (http_request_query(request, "q") != NULL)
        query.text = g_strndup(http_request_query(request, "q"), AUDIT_FILTER_MAX);
    job = g_new0(AuditJob, 1);
    job->request = http_request_ref(request);
    job->csv = csv;
    http_request_defer(request);
    audit_read(&query, on_read, job);
}

void
api_audit_list(HttpRequest *request)
{
    ask(request, false);
}

void
api_audit_csv(HttpRequest *request)
{
    ask(request, true);
}
