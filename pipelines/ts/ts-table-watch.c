/* Tables hang in buckets by a hash of their key, sections in a chain at their table: they mostly
 * come in order, so the one behind the last is tried first. */
#include "pipelines/ts/ts-table-watch.h"

#include <glib.h>

#define ROOM_FIRST   16u
#define SWEEP_US     (10 * US_PER_SECOND) /* full: room is looked for at most so often */
#define VERSION_AT   5u
#define VERSION_BITS 0x3eu

void
ts_table_watch_clear(TsTableWatch *watch)
{
    g_free(watch->tables);
    g_free(watch->sections);
    *watch = (TsTableWatch){0};
}

static unsigned
bucket_of(const TsTableKey *key)
{
    uint32_t hash = (uint32_t)key->pid << 16 ^ key->extension ^ (uint32_t)key->table_id << 8;

    hash = (hash ^ key->more) * 0x9e3779b1u;
    return hash >> 24;
}

static bool
same_key(const TsTableKey *a, const TsTableKey *b)
{
    return a->pid == b->pid && a->table_id == b->table_id && a->extension == b->extension &&
           a->more == b->more;
}

/* CRC of what a section says: all but its version and its own CRC. */
static uint32_t
content_of(const TsSectionHead *head)
{
    const size_t tail = head->crc != 0 && head->size > 4 ? 4 : 0;

    if (!head->syntax)
        return ts_crc32(head->data, head->size - tail);
    const uint8_t flags = head->data[VERSION_AT] & (uint8_t)~VERSION_BITS;
    uint32_t crc = ts_crc32_from(0xffffffff, head->data, VERSION_AT);

    crc = ts_crc32_from(crc, &flags, 1);
    return ts_crc32_from(crc, head->data + VERSION_AT + 1, head->size - tail - VERSION_AT - 1);
}

static void
add_interval(TsIntervals *intervals, int64_t interval_us)
{
    if (intervals->count == 0 || interval_us < intervals->min_us)
        intervals->min_us = interval_us;
    if (interval_us > intervals->max_us)
        intervals->max_us = interval_us;
    intervals->sum_us += interval_us;
    intervals->count++;
}

TsWatchedTable *
ts_table_watch_find(const TsTableWatch *watch, const TsTableKey *key)
{
    for (size_t at = watch->buckets[bucket_of(key)]; at != 0; at = watch->tables[at - 1].next)
        if (same_key(&watch->tables[at - 1].key, key))
            return &watch->tables[at - 1];
    return NULL;
}

TsWatchedSection *
ts_table_watch_section(const TsTableWatch *watch, const TsWatchedTable *table, uint8_t number)
{
    for (size_t at = table->first; at != 0; at = watch->sections[at - 1].next)
        if (watch->sections[at - 1].number == number)
            return &watch->sections[at - 1];
    return NULL;
}

static TsWatchedSection *
find_section(const TsTableWatch *watch, TsWatchedTable *table, uint8_t number)
{
    const size_t after = table->at != 0 ? watch->sections[table->at - 1].next : 0;

    if (after != 0 && watch->sections[after - 1].number == number)
        return &watch->sections[after - 1];
    return ts_table_watch_section(watch, table, number);
}

static TsWatchedTable *
new_table(TsTableWatch *watch, const TsTableKey *key, const TsWatchTime *time)
{
    const unsigned bucket = bucket_of(key);

    if (watch->n_tables == TS_WATCH_TABLES_MAX)
        return NULL;
    if (watch->n_tables == watch->room_tables) {
        watch->room_tables = watch->room_tables > 0 ? watch->room_tables * 2 : ROOM_FIRST;
        watch->tables = g_renew(TsWatchedTable, watch->tables, watch->room_tables);
    }
    TsWatchedTable *table = &watch->tables[watch->n_tables++];

    *table = (TsWatchedTable){.key = *key,
                              .next = watch->buckets[bucket],
                              .first_us = time->arrival_us,
                              .first_packet = time->packet};
    watch->buckets[bucket] = (uint16_t)watch->n_tables;
    return table;
}

static TsWatchedSection *
new_section(TsTableWatch *watch, TsWatchedTable *table, uint8_t number)
{
    if (watch->n_sections == TS_WATCH_SECTIONS_MAX)
        return NULL;
    if (watch->n_sections == watch->room_sections) {
        watch->room_sections = watch->room_sections > 0 ? watch->room_sections * 2 : ROOM_FIRST;
        watch->sections = g_renew(TsWatchedSection, watch->sections, watch->room_sections);
    }
    TsWatchedSection *section = &watch->sections[watch->n_sections++];
    uint16_t *link = &table->first;

    *section = (TsWatchedSection){.number = number, .table = (uint16_t)(table - watch->tables)};
    if (table->at != 0)
        link = &watch->sections[table->at - 1].next;
    section->next = *link;
    *link = (uint16_t)watch->n_sections;
    return section;
}

/* Sections that the table does not have any more; they stay in the array until the next sweep. */
static void
drop_beyond(TsTableWatch *watch, TsWatchedTable *table, uint8_t last)
{
    uint16_t *link = &table->first;

    while (*link != 0) {
        TsWatchedSection *section = &watch->sections[*link - 1];

        if (section->number > last) {
            *link = section->next;
            section->table = TS_WATCH_TABLES_MAX;
        } else {
            link = &section->next;
        }
    }
    table->at = 0;
}

static void
take_version(TsTableWatch *watch, TsWatchedTable *table, const TsSectionHead *head, TsSeen *seen)
{
    const bool known = table->sections > 0;

    table->has_version = head->syntax;
    if (!known || table->version != head->version) {
        seen->new_version = known;
        seen->old_version = table->version;
        table->versions += known;
        table->version = head->version;
        table->told = !known;
        table->n_same = 0;
    }
    if (known && head->last < table->last)
        drop_beyond(watch, table, head->last);
    table->last = head->last;
}

/* Compares with what the section said before. */
static void
take_content(TsWatchedTable *table,
             TsWatchedSection *section,
             const TsSectionHead *head,
             TsSeen *seen)
{
    const bool versioned = head->syntax;

    if (!seen->first && versioned && section->crc == head->crc && section->version == head->version)
        return;
    const uint32_t content = content_of(head);
    const bool same = !seen->first && content == section->content;

    seen->changed = !same || !versioned;
    if (versioned && !seen->first && section->version == head->version)
        seen->silent = !same;
    else if (versioned && same)
        table->n_same++;
    else if (versioned && !table->told)
        seen->told_now = true;
    seen->version_only = !table->told && table->n_same == (unsigned)head->last + 1;
    table->told = table->told || seen->told_now || seen->version_only;
    table->silent += seen->silent;
    section->crc = head->crc;
    section->content = content;
    section->version = head->version;
}

static void
take_time(TsWatchedTable *table, TsWatchedSection *section, const TsWatchTime *time, TsSeen *seen)
{
    if (table->sections > 0 && table->last_us >= time->epoch_us)
        add_interval(&table->spacing, time->arrival_us - table->last_us);
    if (!seen->first && section->due.last_us >= time->epoch_us) {
        const uint64_t packets = time->packet - section->packet;

        if (table->repetition.count == 0 || packets < table->packets_min)
            table->packets_min = packets;
        if (packets > table->packets_max)
            table->packets_max = packets;
        seen->since_us = time->arrival_us - section->due.last_us;
        add_interval(&table->repetition, seen->since_us);
    }
    table->sections++;
    table->last_us = time->arrival_us;
    table->last_packet = time->packet;
    section->packet = time->packet;
    section->due.last_us = time->arrival_us;
}

static bool
keep_none(const TsTableKey *key)
{
    return false;
}

/* Full: room is made of what did not come for long. */
static void
make_room(TsTableWatch *watch, MonoUs now_us)
{
    const bool full =
        watch->n_tables == TS_WATCH_TABLES_MAX || watch->n_sections == TS_WATCH_SECTIONS_MAX;

    if (!full || (watch->swept_us != 0 && now_us - watch->swept_us < SWEEP_US))
        return;
    watch->swept_us = now_us;
    ts_table_watch_sweep(watch, now_us, keep_none);
}

void
ts_table_watch_take(TsTableWatch *watch,
                    const TsTableKey *key,
                    const TsSectionHead *head,
                    const TsWatchTime *time,
                    TsSeen *ret_seen)
{
    TsSeen seen = {.since_us = -1};

    seen.table = ts_table_watch_find(watch, key);
    if (seen.table)
        seen.section = find_section(watch, seen.table, head->number);
    if (!seen.section) {
        make_room(watch, time->arrival_us);
        seen.table = ts_table_watch_find(watch, key);
        if (!seen.table)
            seen.table = new_table(watch, key, time);
    }
    if (seen.table)
        take_version(watch, seen.table, head, &seen);
    if (seen.table && !seen.section) {
        seen.section = new_section(watch, seen.table, head->number);
        seen.first = true;
    }
    if (!seen.section) {
        watch->not_followed++;
        *ret_seen = (TsSeen){.first = true, .changed = true, .since_us = -1};
        return;
    }
    take_content(seen.table, seen.section, head, &seen);
    take_time(seen.table, seen.section, time, &seen);
    seen.table->at = (uint16_t)(seen.section - watch->sections + 1);
    *ret_seen = seen;
}

/* Packs what stays to the front of the arrays and hangs it up anew. */
void
ts_table_watch_sweep(TsTableWatch *watch, MonoUs now_us, bool (*keep)(const TsTableKey *key))
{
    uint16_t moved[TS_WATCH_TABLES_MAX]; /* new index + 1, 0: dropped */
    size_t n_tables = 0, n_sections = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(watch->buckets); i++)
        watch->buckets[i] = 0;
    for (size_t i = 0; i < watch->n_tables; i++) {
        TsWatchedTable *table = &watch->tables[i];
        const bool gone = now_us - table->last_us >= TS_WATCH_FORGET_US && !keep(&table->key);

        moved[i] = gone ? 0 : (uint16_t)(n_tables + 1);
        if (gone)
            continue;
        table->next = watch->buckets[bucket_of(&table->key)];
        table->first = 0;
        table->at = 0;
        watch->buckets[bucket_of(&table->key)] = moved[i];
        watch->tables[n_tables++] = *table;
    }
    for (size_t i = 0; i < watch->n_sections; i++) {
        TsWatchedSection section = watch->sections[i];

        if (section.table >= watch->n_tables || moved[section.table] == 0)
            continue;
        TsWatchedTable *table = &watch->tables[moved[section.table] - 1];

        section.table = (uint16_t)(moved[section.table] - 1);
        section.next = 0;
        watch->sections[n_sections++] = section;
        *(table->at != 0 ? &watch->sections[table->at - 1].next : &table->first) =
            (uint16_t)n_sections;
        table->at = (uint16_t)n_sections;
    }
    watch->n_tables = n_tables;
    watch->n_sections = n_sections;
}
