/* The list of entries, oldest first. */
#include "appliance/alerts/outbox.h"

#include <string.h>

#include "pipelines/base/error.h"

#define FILE_VERSION 1u
#define FILE_TYPE    G_VARIANT_TYPE("(utuaay)") /* version, taken, entries, the entries */

struct Outbox {
    GQueue entries; /* (element-type OutboxEntry): by sequence */
    unsigned in_flight;
    uint64_t changes;
    MonoUs hold_us; /* the receiver asked for silence until then */
};

Outbox *
outbox_new(void)
{
    Outbox *outbox = g_new0(Outbox, 1);

    g_queue_init(&outbox->entries);
    return outbox;
}

static void
entry_free(gpointer data)
{
    OutboxEntry *entry = data;

    event_unref(entry->event);
    g_free(entry);
}

void
outbox_free(Outbox *outbox)
{
    if (outbox == NULL)
        return;
    g_queue_clear_full(&outbox->entries, entry_free);
    g_free(outbox);
}

static void
push(Outbox *outbox, Event *event, MonoUs now_us)
{
    OutboxEntry *entry = g_new0(OutboxEntry, 1);

    entry->event = event_ref(event);
    entry->due_us = now_us;
    g_queue_push_tail(&outbox->entries, entry);
    outbox->changes++;
}

void
outbox_add(Outbox *outbox, Event *event, MonoUs now_us, OutboxLeft superseded, gpointer user_data)
{
    for (GList *at = outbox->entries.head, *next = NULL; at != NULL; at = next) {
        OutboxEntry *entry = at->data;

        next = at->next;
        if (entry->in_flight || strcmp(entry->event->alarm_id, event->alarm_id) != 0 ||
            (event_is_state(entry->event) && !event_is_state(event)))
            continue;
        if (superseded != NULL)
            superseded(entry, user_data);
        g_queue_delete_link(&outbox->entries, at);
        entry_free(entry);
    }
    push(outbox, event, now_us);
}

/* The entry that is due first of those that no older one of their alarm stands before; with
 * @now_us, the oldest that is due then. */
static OutboxEntry *
first_due(const Outbox *outbox, MonoUs now_us)
{
    g_autoptr(GHashTable) earlier = g_hash_table_new(g_str_hash, g_str_equal);
    OutboxEntry *first = NULL;

    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        OutboxEntry *entry = at->data;

        if (!g_hash_table_add(earlier, entry->event->alarm_id) || entry->in_flight)
            continue;
        if (entry->due_us <= now_us)
            return entry;
        if (first == NULL || entry->due_us < first->due_us)
            first = entry;
    }
    return first;
}

OutboxEntry *
outbox_next(Outbox *outbox, MonoUs now_us, unsigned max_in_flight)
{
    if (outbox->in_flight >= max_in_flight || now_us < outbox->hold_us)
        return NULL;
    OutboxEntry *first = first_due(outbox, now_us);

    return first != NULL && first->due_us <= now_us ? first : NULL;
}

MonoUs
outbox_deadline(const Outbox *outbox, unsigned max_in_flight)
{
    if (outbox->in_flight >= max_in_flight)
        return US_NEVER;
    const OutboxEntry *first = first_due(outbox, INT64_MIN);

    return first == NULL ? US_NEVER : MAX(first->due_us, outbox->hold_us);
}

void
outbox_started(Outbox *outbox, OutboxEntry *entry, MonoUs now_us)
{
    if (entry->attempts++ == 0)
        entry->first_us = now_us;
    entry->last_us = now_us;
    entry->in_flight = true;
    outbox->in_flight++;
}

void
outbox_cancelled(Outbox *outbox, OutboxEntry *entry)
{
    entry->in_flight = false;
    outbox->in_flight--;
}

/* The receiver answers again: what failed for want of an answer need not wait out its time. */
static void
hurry(Outbox *outbox, MonoUs now_us)
{
    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        OutboxEntry *entry = at->data;

        if (entry->class == RETRY_FAILED || entry->class == RETRY_THROTTLED)
            entry->due_us = MIN(entry->due_us, MAX(now_us, entry->last_us + OUTBOX_HURRY_US));
    }
}

static void
leave(Outbox *outbox, OutboxEntry *entry)
{
    g_queue_remove(&outbox->entries, entry);
    entry_free(entry);
    outbox->changes++;
}

bool
outbox_finished(Outbox *outbox, OutboxEntry *entry, const OutboxResult *result)
{
    const RetryState state = {
        .attempts = entry->attempts,
        .first_us = entry->first_us,
        .now_us = result->now_us,
        .class = result->class,
        .retry_after_s = result->retry_after_s,
        .random = result->random,
    };
    const MonoUs next = retry_next_us(&state);

    outbox_cancelled(outbox, entry);
    entry->class = result->class;
    entry->due_us = next;
    if (result->class == RETRY_THROTTLED && result->retry_after_s > 0)
        outbox->hold_us = result->now_us + result->retry_after_s * US_PER_SECOND;
    if (next != US_NEVER)
        return true;
    leave(outbox, entry);
    if (result->class == RETRY_DELIVERED)
        hurry(outbox, result->now_us);
    return false;
}

size_t
outbox_size(const Outbox *outbox)
{
    return outbox->entries.length;
}

bool
outbox_has_failures(const Outbox *outbox)
{
    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        if (((const OutboxEntry *)at->data)->class != RETRY_DELIVERED)
            return true;
    }
    return false;
}

uint64_t
outbox_changes(const Outbox *outbox)
{
    return outbox->changes;
}

MonoUs
outbox_oldest_us(const Outbox *outbox)
{
    const OutboxEntry *oldest = g_queue_peek_head((GQueue *)&outbox->entries);

    return oldest != NULL ? oldest->event->at_us : US_NEVER;
}

GBytes *
outbox_save(const Outbox *outbox, uint64_t taken_seq)
{
    GVariantBuilder entries;

    g_variant_builder_init(&entries, G_VARIANT_TYPE("aay"));
    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        const OutboxEntry *entry = at->data;
        g_autoptr(GBytes) bytes = event_encode(entry->event);

        g_variant_builder_add_value(
            &entries, g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
    }
    g_autoptr(GVariant) file =
        g_variant_ref_sink(g_variant_new("(utu@aay)", FILE_VERSION, taken_seq,
                                         outbox->entries.length, g_variant_builder_end(&entries)));

    return g_variant_get_data_as_bytes(file);
}

static bool
load_entry(Outbox *outbox, GVariant *bytes, MonoUs now_us, GError **error)
{
    gsize size = 0;
    const void *data = g_variant_get_fixed_array(bytes, &size, 1);
    g_autoptr(Event) event = event_decode(data, size, error);

    if (event == NULL)
        return false;
    push(outbox, event, now_us);
    return true;
}

bool
outbox_load(Outbox *outbox, GBytes *bytes, MonoUs now_us, uint64_t *ret_taken_seq, GError **error)
{
    g_autoptr(GVariant) file =
        g_variant_ref_sink(g_variant_new_from_bytes(FILE_TYPE, bytes, FALSE));
    g_autoptr(GVariant) entries = NULL;
    guint32 version = 0, n = 0;
    guint64 taken_seq = 0;

    if (g_variant_is_normal_form(file))
        g_variant_get(file, "(utu@aay)", &version, &taken_seq, &n, &entries);
    if (version != FILE_VERSION || n != g_variant_n_children(entries)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "not an outbox");
        return false;
    }
    for (gsize i = 0; i < g_variant_n_children(entries); i++) {
        g_autoptr(GVariant) entry = g_variant_get_child_value(entries, i);

        if (!load_entry(outbox, entry, now_us, error))
            return false;
    }
    *ret_taken_seq = taken_seq;
    return true;
}
