/* Events in the order of the section; present/following has one a section. */
#include "pipelines/ts/ts-si-programmes.h"

#include <glib.h>
#include <string.h>

#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-descriptors.h"
#include "pipelines/ts/ts-si-time.h"

#define TABLE_PF_ACTUAL 0x4eu
#define SCHEDULE_FIRST  0x50u /* of this transport stream */
#define SCHEDULE_LAST   0x5fu
#define SHORT_EVENT     0x4du
#define EIT_HEAD        6u /* bytes of the body before its events */
#define ROOM_FIRST      16u

void
ts_programmes_clear(TsProgrammes *programmes)
{
    g_free(programmes->items);
    *programmes = (TsProgrammes){0};
}

/* Made if it is not there. Returns: (nullable): no room */
static TsNowNext *
entry_of(TsProgrammes *programmes, const TsNowNext *key)
{
    for (size_t i = 0; i < programmes->count; i++) {
        TsNowNext *entry = &programmes->items[i];

        if (entry->service_id == key->service_id && entry->stream_id == key->stream_id &&
            entry->network_id == key->network_id && entry->actual == key->actual)
            return entry;
    }
    if (programmes->count == TS_NOW_NEXT_MAX)
        return NULL;
    if (programmes->count == programmes->room) {
        programmes->room = programmes->room > 0 ? programmes->room * 2 : ROOM_FIRST;
        programmes->items = g_renew(TsNowNext, programmes->items, programmes->room);
    }
    programmes->items[programmes->count] = *key;
    return &programmes->items[programmes->count++];
}

static void
read_short_event(TsProgramme *programme, ByteReader body)
{
    const ByteReader language = byte_reader_slice(&body, 3);
    const ByteReader name = byte_reader_slice(&body, byte_reader_u8(&body));
    const ByteReader text = byte_reader_slice(&body, byte_reader_u8(&body));

    if (text.broken || programme->language[0] != '\0')
        return;
    for (size_t i = 0; i < 3; i++)
        programme->language[i] =
            language.at[i] > 0x20 && language.at[i] < 0x7f ? (char)language.at[i] : '?';
    dvb_text(name.at, name.left, programme->name, sizeof programme->name);
    dvb_text(text.at, text.left, programme->text, sizeof programme->text);
}

/* @ret_loop: its descriptors. Returns: false at the end of the section */
static bool
read_event(ByteReader *body, TsProgramme *ret_programme, ByteReader *ret_loop)
{
    TsProgramme programme = {.present = true};

    if (body->left < 12)
        return false;
    programme.event_id = byte_reader_u16(body);
    programme.has_start = ts_read_utc(body, &programme.start_us);
    programme.has_duration = ts_read_duration(body, &programme.duration_s);
    const uint16_t flags = byte_reader_u16(body);

    programme.running = (uint8_t)(flags >> 13);
    programme.scrambled = (flags & 0x1000) != 0;
    *ret_loop = byte_reader_slice(body, flags & 0x0fffu);
    if (ret_loop->broken)
        return false;
    *ret_programme = programme;
    return true;
}

void
ts_programmes_take(TsProgrammes *programmes,
                   const TsSectionHead *head,
                   MonoUs arrival_us,
                   TsSiRefused *refused)
{
    ByteReader body = head->body, loop;
    TsNowNext key = {.service_id = head->extension, .actual = head->table_id == TABLE_PF_ACTUAL};
    TsProgramme programme = {0};
    TsDescriptor descriptor;

    if (head->number > 1 || body.left < EIT_HEAD)
        return;
    key.stream_id = byte_reader_u16(&body);
    key.network_id = byte_reader_u16(&body);
    byte_reader_skip(&body, 2);
    TsNowNext *entry = entry_of(programmes, &key);

    if (!entry) {
        refused->now_next++;
        return;
    }
    if (read_event(&body, &programme, &loop))
        while (ts_descriptor_next(&loop, &descriptor))
            if (descriptor.tag == SHORT_EVENT)
                read_short_event(&programme, descriptor.body);
    programme.version = head->version;
    entry->seen[head->number] = true;
    entry->last_us = arrival_us;
    *(head->number == 0 ? &entry->now : &entry->next) = programme;
}

const TsNowNext *
ts_programmes_find(const TsProgrammes *programmes, uint16_t service_id)
{
    for (size_t i = 0; i < programmes->count; i++)
        if (programmes->items[i].actual && programmes->items[i].service_id == service_id)
            return &programmes->items[i];
    return NULL;
}

void
ts_schedule_take(TsWatchedSection *section, const TsSectionHead *head)
{
    ByteReader body = head->body, loop;
    TsProgramme programme;
    bool timed = false;

    section->n_events = 0;
    byte_reader_skip(&body, EIT_HEAD);
    while (read_event(&body, &programme, &loop)) {
        if (!programme.has_start)
            continue;
        const WallUs end_us = programme.start_us +
                              (programme.has_duration ? programme.duration_s * US_PER_SECOND : 0);

        section->n_events++;
        if (!timed || programme.start_us < section->from_us)
            section->from_us = programme.start_us;
        if (!timed || end_us > section->to_us)
            section->to_us = end_us;
        timed = true;
    }
}

static void
add_table(const TsTableWatch *watch, const TsWatchedTable *table, TsSchedule *sum)
{
    for (size_t at = table->first; at != 0; at = watch->sections[at - 1].next) {
        const TsWatchedSection *section = &watch->sections[at - 1];

        sum->sections++;
        sum->programmes += section->n_events;
        if (section->n_events == 0)
            continue;
        if (!sum->has_span || section->from_us < sum->from_us)
            sum->from_us = section->from_us;
        if (!sum->has_span || section->to_us > sum->to_us)
            sum->to_us = section->to_us;
        sum->has_span = true;
    }
}

bool
ts_schedule_sum(const TsTableWatch *watch, uint16_t service_id, TsSchedule *ret_schedule)
{
    TsSchedule sum = {0};

    for (size_t i = 0; i < watch->n_tables; i++) {
        const TsTableKey *key = &watch->tables[i].key;

        if (key->table_id >= SCHEDULE_FIRST && key->table_id <= SCHEDULE_LAST &&
            key->extension == service_id)
            add_table(watch, &watch->tables[i], &sum);
    }
    if (sum.sections == 0)
        return false;
    *ret_schedule = sum;
    return true;
}
