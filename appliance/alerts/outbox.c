/* The list of entries, oldest first. */
#include "appliance/alerts/outbox.h"

#include <string.h>

#include "pipelines/base/error.h"

#define FILE_VERSION 2u
/* version, taken, entries, the entries, announced */
#define FILE_TYPE     G_VARIANT_TYPE("(utuaayas)")
#define FILE_TYPE_1   G_VARIANT_TYPE("(utuaay)")
#define MAX_ANNOUNCED 65536u

struct Outbox {
    GQueue entries; /* (element-type OutboxEntry): by sequence */
    unsigned in_flight;
    uint64_t changes;
    MonoUs hold_us;        /* the receiver asked for silence until then */
    bool catching_up;      /* it is back after an outage: newest first */
    GHashTable *announced; /* (element-type utf8): alarms that it heard of, not of their end */
    uint64_t announced_changes;
};

Outbox *
outbox_new(void)
{
    Outbox *outbox = g_new0(Outbox, 1);

    g_queue_init(&outbox->entries);
    outbox->announced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
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
    g_hash_table_unref(outbox->announced);
    g_free(outbox);
}

static OutboxEntry *
push(Outbox *outbox, Event *event, MonoUs due_us)
{
    OutboxEntry *entry = g_new0(OutboxEntry, 1);

    entry->event = event_ref(event);
    entry->due_us = due_us;
    g_queue_push_tail(&outbox->entries, entry);
    outbox->changes++;
    return entry;
}

OutboxEntry *
outbox_add(Outbox *outbox, Event *event, MonoUs due_us, OutboxLeft superseded, gpointer user_data)
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
    return push(outbox, event, due_us);
}

void
outbox_drop(Outbox *outbox, const char *alarm_id, OutboxLeft dropped, gpointer user_data)
{
    for (GList *at = outbox->entries.head, *next = NULL; at != NULL; at = next) {
        OutboxEntry *entry = at->data;

        next = at->next;
        if (entry->attempts > 0 || strcmp(entry->event->alarm_id, alarm_id) != 0)
            continue;
        if (dropped != NULL)
            dropped(entry, user_data);
        g_queue_delete_link(&outbox->entries, at);
        entry_free(entry);
        outbox->changes++;
    }
}

bool
outbox_is_announced(const Outbox *outbox, const char *alarm_id)
{
    return g_hash_table_contains(outbox->announced, alarm_id);
}

void
outbox_forget(Outbox *outbox, const char *alarm_id)
{
    if (g_hash_table_remove(outbox->announced, alarm_id))
        outbox->announced_changes++;
}

size_t
outbox_count_announced(const Outbox *outbox, const char *prefix)
{
    GHashTableIter iter;
    gpointer key;
    size_t n = 0;

    g_hash_table_iter_init(&iter, outbox->announced);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        n += g_str_has_prefix(key, prefix) ? 1 : 0;
    return n;
}

bool
outbox_holds(const Outbox *outbox, const char *alarm_id)
{
    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        if (strcmp(((const OutboxEntry *)at->data)->event->alarm_id, alarm_id) == 0)
            return true;
    }
    return false;
}

void
outbox_announce(Outbox *outbox, const char *alarm_id)
{
    if (g_hash_table_size(outbox->announced) < MAX_ANNOUNCED &&
        g_hash_table_add(outbox->announced, g_strdup(alarm_id)))
        outbox->announced_changes++;
}

/* The entry that is due first of those that no older one of their alarm stands before; with
 * @now_us, the oldest that is due then. */
static OutboxEntry *
first_due(const Outbox *outbox, MonoUs now_us)
{
    g_autoptr(GHashTable) earlier = g_hash_table_new(g_str_hash, g_str_equal);
    OutboxEntry *first = NULL, *newest = NULL;

    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        OutboxEntry *entry = at->data;

        if (!g_hash_table_add(earlier, entry->event->alarm_id) || entry->in_flight || entry->folded)
            continue;
        if (entry->due_us <= now_us && !outbox->catching_up)
            return entry;
        if (entry->due_us <= now_us)
            newest = entry;
        if (first == NULL || entry->due_us < first->due_us)
            first = entry;
    }
    return newest != NULL ? newest : first;
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
    /* From now on the receiver may know the alarm. */
    outbox_announce(outbox, entry->event->alarm_id);
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

        if (entry->class == RETRY_FAILED || entry->class == RETRY_THROTTLED) {
            entry->due_us = MIN(entry->due_us, MAX(now_us, entry->last_us + OUTBOX_HURRY_US));
            outbox->catching_up = true;
        }
    }
    if (outbox->entries.length == 0)
        outbox->catching_up = false;
}

static void
leave(Outbox *outbox, OutboxEntry *entry)
{
    if (entry->event->kind == EVENT_ALARM_CLEARED)
        outbox_forget(outbox, entry->event->alarm_id);
    g_queue_remove(&outbox->entries, entry);
    entry_free(entry);
    outbox->changes++;
}

static MonoUs
next_attempt_us(const OutboxEntry *entry, const OutboxResult *result)
{
    const RetryState state = {
        .attempts = entry->attempts,
        .first_us = entry->first_us,
        .now_us = result->now_us,
        .class = result->class,
        .retry_after_s = result->retry_after_s,
        .random = result->random,
    };

    return retry_next_us(&state);
}

/* Some answers are about the receiver as a whole. */
static void
hold(Outbox *outbox, const OutboxResult *result)
{
    if (result->class == RETRY_THROTTLED && result->retry_after_s > 0)
        outbox->hold_us = result->now_us + result->retry_after_s * US_PER_SECOND;
    else if (result->class == RETRY_GONE)
        outbox->hold_us = result->now_us + RETRY_GONE_US;
}

bool
outbox_finished(Outbox *outbox, OutboxEntry *entry, const OutboxResult *result)
{
    const MonoUs next = next_attempt_us(entry, result);

    outbox_cancelled(outbox, entry);
    entry->class = result->class;
    entry->due_us = next;
    hold(outbox, result);
    if (next != US_NEVER)
        return true;
    leave(outbox, entry);
    if (result->class == RETRY_DELIVERED)
        hurry(outbox, result->now_us);
    return false;
}

MonoUs
outbox_digest_due_us(const Outbox *outbox, unsigned max_in_flight)
{
    MonoUs due = US_NEVER;

    if (outbox->in_flight >= max_in_flight)
        return US_NEVER;

    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        const OutboxEntry *entry = at->data;

        if (entry->folded && !entry->in_flight)
            due = MIN(due, entry->due_us);
    }
    return due != US_NEVER ? MAX(due, outbox->hold_us) : US_NEVER;
}

GPtrArray *
outbox_start_digest(Outbox *outbox, MonoUs now_us, unsigned max_in_flight)
{
    if (outbox_digest_due_us(outbox, max_in_flight) > now_us)
        return NULL;
    GPtrArray *entries = g_ptr_array_new();

    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        OutboxEntry *entry = at->data;

        if (!entry->folded || entry->in_flight)
            continue;
        if (entry->attempts++ == 0)
            entry->first_us = now_us;
        entry->last_us = now_us;
        entry->in_flight = true;
        g_ptr_array_add(entries, entry);
    }
    outbox->in_flight++;
    return entries;
}

GPtrArray *
outbox_start_digest_end(Outbox *outbox)
{
    outbox->in_flight++;
    return g_ptr_array_new();
}

bool
outbox_has_folded(const Outbox *outbox)
{
    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        if (((const OutboxEntry *)at->data)->folded)
            return true;
    }
    return false;
}

void
outbox_cancelled_digest(Outbox *outbox, GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++)
        ((OutboxEntry *)g_ptr_array_index(entries, i))->in_flight = false;
    outbox->in_flight--;
}

void
outbox_finished_digest(Outbox *outbox, GPtrArray *entries, const OutboxResult *result)
{
    outbox_cancelled_digest(outbox, entries);
    hold(outbox, result);
    for (guint i = 0; i < entries->len; i++) {
        OutboxEntry *entry = g_ptr_array_index(entries, i);

        entry->class = result->class;
        entry->due_us = next_attempt_us(entry, result);
        if (entry->due_us == US_NEVER)
            leave(outbox, entry);
    }
    if (result->class == RETRY_DELIVERED)
        hurry(outbox, result->now_us);
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

uint64_t
outbox_announced_changes(const Outbox *outbox)
{
    return outbox->announced_changes;
}

MonoUs
outbox_overdue_us(const Outbox *outbox, MonoUs now_us)
{
    MonoUs first = US_NEVER;

    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        const OutboxEntry *entry = at->data;

        if (entry->due_us <= now_us && !entry->in_flight)
            first = MIN(first, entry->due_us);
    }
    return first;
}

void
outbox_renew(Outbox *outbox, NameVeil *veil)
{
    for (const GList *at = outbox->entries.head; at != NULL; at = at->next) {
        OutboxEntry *entry = at->data;
        const Event *before = entry->event;

        entry->event = name_veil_one(veil, entry->event);
        outbox->changes += entry->event != before ? 1 : 0;
    }
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
    g_autofree const char **announced =
        (const char **)(void *)g_hash_table_get_keys_as_array(outbox->announced, NULL);
    g_autoptr(GVariant) file = g_variant_ref_sink(
        g_variant_new("(utu@aay^as)", FILE_VERSION, taken_seq, outbox->entries.length,
                      g_variant_builder_end(&entries), announced));

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

static bool
load_entries(Outbox *outbox, GVariant *entries, guint32 n, MonoUs now_us, GError **error)
{
    if (entries == NULL || n != g_variant_n_children(entries)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "not an outbox");
        return false;
    }
    for (gsize i = 0; i < n; i++) {
        g_autoptr(GVariant) entry = g_variant_get_child_value(entries, i);

        if (!load_entry(outbox, entry, now_us, error))
            return false;
    }
    outbox->catching_up = n > 0;
    return true;
}

/* A file of before anything was announced in it. */
static bool
load_first(Outbox *outbox, GBytes *bytes, MonoUs now_us, uint64_t *ret_taken_seq, GError **error)
{
    g_autoptr(GVariant) file =
        g_variant_ref_sink(g_variant_new_from_bytes(FILE_TYPE_1, bytes, FALSE));
    g_autoptr(GVariant) entries = NULL;
    guint32 version = 0, n = 0;
    guint64 taken_seq = 0;

    if (g_variant_is_normal_form(file))
        g_variant_get(file, "(utu@aay)", &version, &taken_seq, &n, &entries);
    if (version != 1)
        g_clear_pointer(&entries, g_variant_unref);
    if (!load_entries(outbox, entries, n, now_us, error))
        return false;
    *ret_taken_seq = taken_seq;
    return true;
}

bool
outbox_load(Outbox *outbox, GBytes *bytes, MonoUs now_us, uint64_t *ret_taken_seq, GError **error)
{
    g_autoptr(GVariant) file =
        g_variant_ref_sink(g_variant_new_from_bytes(FILE_TYPE, bytes, FALSE));
    g_autoptr(GVariant) entries = NULL;
    g_autofree const char **announced = NULL;
    guint32 version = 0, n = 0;
    guint64 taken_seq = 0;

    if (g_variant_is_normal_form(file))
        g_variant_get(file, "(utu@aay^a&s)", &version, &taken_seq, &n, &entries, &announced);
    if (version != FILE_VERSION)
        return load_first(outbox, bytes, now_us, ret_taken_seq, error);
    if (!load_entries(outbox, entries, n, now_us, error))
        return false;
    for (size_t i = 0; announced[i] != NULL && i < MAX_ANNOUNCED; i++)
        g_hash_table_add(outbox->announced, g_strdup(announced[i]));
    *ret_taken_seq = taken_seq;
    return true;
}
