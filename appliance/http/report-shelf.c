/* One entry a question: under way, or made. */
#include "appliance/http/report-shelf.h"

#include "appliance/http/json-writer.h"

#define ENTRIES_MAX 16u
#define KEPT_US     (60 * US_PER_SECOND)
#define PATIENCE_S  5u /* until a report is said to be under way */

struct ReportShelf {
    GHashTable *entries; /* (element-type utf8 Entry) */
};

typedef struct {
    HttpRequest *request; /* owned */
    bool csv;
} Waiting;

typedef struct {
    gatomicrefcount refs;
    ReportQuery query; /* with strings of its own */
    char *channel;
    char *group;
    Snapshot *snapshot; /* owned reference: what the asker may know of */
    GBytes *json;       /* (nullable): while it is being made */
    GBytes *csv;        /* the same */
    MonoUs made_us;
    bool running;
    GArray *waiting; /* (element-type Waiting) */
    guint timer;     /* source id; 0: none */
} Entry;

static void
waiting_clear(Waiting *waiting)
{
    http_request_unref(waiting->request);
}

static void
entry_unref(gpointer data)
{
    Entry *entry = data;

    if (!g_atomic_ref_count_dec(&entry->refs))
        return;
    g_free(entry->channel);
    g_free(entry->group);
    snapshot_unref(entry->snapshot);
    g_clear_pointer(&entry->json, g_bytes_unref);
    g_clear_pointer(&entry->csv, g_bytes_unref);
    g_array_unref(entry->waiting);
    g_free(entry);
}

ReportShelf *
report_shelf_new(void)
{
    ReportShelf *shelf = g_new0(ReportShelf, 1);

    shelf->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_unref);
    return shelf;
}

void
report_shelf_free(ReportShelf *shelf)
{
    if (shelf == NULL)
        return;
    g_hash_table_unref(shelf->entries);
    g_free(shelf);
}

static void
reply(HttpRequest *request, const Entry *entry, bool csv)
{
    if (!csv) {
        http_request_reply(request, 200, "application/json; charset=utf-8", entry->json);
        return;
    }
    http_request_set_header(request, "Content-Disposition",
                            "attachment; filename=\"availability.csv\"");
    http_request_reply(request, 200, "text/csv; charset=utf-8", entry->csv);
}

static void
reply_under_way(HttpRequest *request)
{
    g_autoptr(GString) json = g_string_new(NULL);

    json_begin_object(json, NULL);
    json_string(json, "state", "running");
    json_string(json, "text", "The report is being made; ask again.");
    json_end_object(json);
    http_request_set_header(request, "Retry-After", "2");
    http_request_reply_json(request, 202, json);
}

/* ---- Making ---- */

static void
stop_waiting(Entry *entry)
{
    if (entry->timer != 0)
        g_source_destroy(
            g_main_context_find_source_by_id(g_main_context_get_thread_default(), entry->timer));
    entry->timer = 0;
    g_array_set_size(entry->waiting, 0);
}

static void
on_facts(const ReportFacts *facts, gpointer data)
{
    Entry *entry = data;
    GString *json = g_string_new(NULL), *csv = g_string_new(NULL);

    entry->running = false;
    if (facts->error == NULL)
        view_report(json, csv, &entry->query, facts, entry->snapshot, app_now().wall_us);
    entry->json = g_string_free_to_bytes(json);
    entry->csv = g_string_free_to_bytes(csv);
    entry->made_us = facts->error == NULL ? app_now().mono_us : 0;
    for (guint i = 0; i < entry->waiting->len; i++) {
        const Waiting *waiting = &g_array_index(entry->waiting, Waiting, i);

        if (facts->error != NULL)
            http_request_problem_of(waiting->request, facts->error);
        else
            reply(waiting->request, entry, waiting->csv);
    }
    stop_waiting(entry);
    entry_unref(entry);
}

static gboolean
on_patience_over(gpointer data)
{
    Entry *entry = data;

    entry->timer = 0;
    for (guint i = 0; i < entry->waiting->len; i++)
        reply_under_way(g_array_index(entry->waiting, Waiting, i).request);
    g_array_set_size(entry->waiting, 0);
    return G_SOURCE_REMOVE;
}

static Entry *
entry_new(HttpRequest *request, const ReportQuery *query)
{
    Entry *entry = g_new0(Entry, 1);

    g_atomic_ref_count_init(&entry->refs);
    entry->channel = g_strdup(query->channel);
    entry->group = g_strdup(query->group);
    entry->query = *query;
    entry->query.channel = entry->channel;
    entry->query.group = entry->group;
    entry->snapshot = http_request_snapshot(request);
    entry->waiting = g_array_new(FALSE, FALSE, sizeof(Waiting));
    g_array_set_clear_func(entry->waiting, (GDestroyNotify)waiting_clear);
    return entry;
}

static void
start(HttpRequest *request, Entry *entry)
{
    const ReportReader *reader = request->app->ports.reports;
    g_auto(GStrv) channels = view_report_channels(&entry->query, entry->snapshot);

    entry->running = true;
    g_atomic_ref_count_inc(&entry->refs);
    reader->read(reader->self, (const char *const *)channels, entry->query.period, on_facts, entry);
}

static void
wait_for(Entry *entry, HttpRequest *request, bool csv)
{
    const Waiting waiting = {http_request_ref(request), csv};

    http_request_defer(request);
    g_array_append_val(entry->waiting, waiting);
    if (entry->timer == 0) {
        g_autoptr(GSource) source = g_timeout_source_new_seconds(PATIENCE_S);

        g_source_set_callback(source, on_patience_over, entry, NULL);
        entry->timer = g_source_attach(source, g_main_context_get_thread_default());
    }
}

/* ---- The shelf ---- */

static char *
key_of(const HttpRequest *request, const ReportQuery *query)
{
    g_autofree char *scope = scope_key(&request->scope);

    return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d %.6f %s\n%s\n%s\n%s",
                           query->period.from_us, query->period.to_us, query->kind, query->excludes,
                           query->target, query->standard->name,
                           query->channel != NULL ? query->channel : "",
                           query->group != NULL ? query->group : "", scope);
}

static gboolean
is_over(gpointer key, gpointer value, gpointer data)
{
    const Entry *entry = value;

    return !entry->running && *(const MonoUs *)data - entry->made_us > KEPT_US;
}

/* An entry that is made or on its way; NULL where there is no room. (transfer none) */
static Entry *
find(ReportShelf *shelf, HttpRequest *request, const ReportQuery *query)
{
    const MonoUs now_us = app_now().mono_us;
    char *key = key_of(request, query);
    Entry *entry = NULL;

    g_hash_table_foreach_remove(shelf->entries, is_over, (gpointer)&now_us);
    entry = g_hash_table_lookup(shelf->entries, key);
    if (entry != NULL || g_hash_table_size(shelf->entries) >= ENTRIES_MAX) {
        g_free(key);
        return entry;
    }
    entry = entry_new(request, query);
    g_hash_table_insert(shelf->entries, key, entry);
    start(request, entry);
    return entry;
}

void
report_shelf_ask(ReportShelf *shelf, HttpRequest *request, const ReportQuery *query, bool csv)
{
    Entry *entry = NULL;

    if (request->app->ports.reports == NULL) {
        http_request_problem(request, 503, "unavailable",
                             "Reports need the history database, and none is connected.");
        return;
    }
    entry = find(shelf, request, query);
    if (entry == NULL)
        http_request_problem(request, 503, "unavailable",
                             "Too many different reports at once; try again in a minute.");
    else if (entry->running)
        wait_for(entry, request, csv);
    else
        reply(request, entry, csv);
}
