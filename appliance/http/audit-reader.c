/* Pieces of the journal, from its end towards its begin. */
#include "appliance/http/audit-reader.h"

#include <string.h>

#include "appliance/http/journal-span.h"

#define PIECE 1000u

void
audit_query_clear(AuditQuery *query)
{
    g_free(query->actor);
    g_free(query->text);
    *query = (AuditQuery){0};
}

void
audit_page_free(AuditPage *page)
{
    if (page == NULL)
        return;
    g_ptr_array_unref(page->events);
    g_free(page);
}

static bool
contains(const char *text, const char *wanted)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);
    g_autofree char *word = g_utf8_casefold(wanted, -1);

    return strstr(folded, word) != NULL;
}

static bool
is_wanted(const AuditQuery *query, const Event *event)
{
    return event->kind == EVENT_AUDIT &&
           (query->from_us == 0 || event->wall_us >= query->from_us) &&
           (query->to_us == 0 || event->wall_us < query->to_us) &&
           (query->actor == NULL || g_str_equal(event->actor, query->actor)) &&
           (query->text == NULL || contains(event->text, query->text));
}

static void
take_piece(const AuditQuery *query, AuditPage *page, const GPtrArray *piece, uint64_t before)
{
    for (guint i = piece->len; i-- > 0 && page->events->len < query->max;) {
        Event *event = (Event *)piece->pdata[i];

        if (event->seq >= before)
            continue;
        page->next = event->seq;
        if (is_wanted(query, event))
            g_ptr_array_add(page->events, event_ref(event));
    }
}

static void
read_pieces(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const AuditQuery *query = (const AuditQuery *)data;
    AuditPage *page = g_new0(AuditPage, 1);
    uint64_t before = query->before != 0 ? query->before : journal_span_end(&query->reader);
    uint64_t looked_at = 0;

    page->events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    page->next = before;
    while (before > 1 && page->events->len < query->max && looked_at < AUDIT_SCAN_MAX) {
        const uint64_t after = before > PIECE ? before - PIECE - 1 : 0;
        g_autoptr(GPtrArray) piece = query->reader.read(query->reader.self, after, PIECE);

        if (piece == NULL || piece->len == 0 || ((const Event *)piece->pdata[0])->seq >= before) {
            page->next = 0; /* older ones are deleted */
            break;
        }
        take_piece(query, page, piece, before);
        looked_at += piece->len;
        if (after == 0 && page->events->len < query->max)
            page->next = 0;
        before = after + 1;
    }
    g_task_return_pointer(task, page, (GDestroyNotify)audit_page_free);
}

static void
query_free(gpointer data)
{
    audit_query_clear((AuditQuery *)data);
    g_free(data);
}

void
audit_read(AuditQuery *query, GAsyncReadyCallback callback, gpointer user_data)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, callback, user_data);

    g_task_set_task_data(task, g_memdup2(query, sizeof *query), query_free);
    *query = (AuditQuery){0};
    g_task_run_in_thread(task, read_pieces);
}

AuditPage *
audit_read_finish(GAsyncResult *result)
{
    return (AuditPage *)g_task_propagate_pointer(G_TASK(result), NULL);
}
