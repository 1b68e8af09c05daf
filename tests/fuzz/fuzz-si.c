/* Sections, one after the other, through all readers of tables and the watch over them: PIDs and
 * lengths come from the input, CRCs are taken for good.
 *
 * Input: records of PID selector (1 byte), time step (1, by its square in milliseconds), length
 * (2), section. */
#include <glib.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/ts-analyser-si.h"
#include "pipelines/ts/ts-psi.h"
#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-si.h"

#define MAX_SECTIONS 64u

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const guint16 pids[] = {0x00, 0x01, 0x10, 0x11, 0x12, 0x13, 0x14, 0x1ffb, 0x100, 0x101};

static void
check_text(const char *text, gsize room)
{
    g_assert_cmpuint(strnlen(text, room), <, room);
    g_assert_true(g_utf8_validate(text, -1, NULL));
}

static void
check_services(const TsTables *tables)
{
    for (gsize i = 0; i < tables->n_services; i++) {
        const TsService *service = &tables->services[i]->service;

        check_text(service->name, sizeof service->name);
        check_text(service->provider, sizeof service->provider);
        g_assert_cmpuint(service->n_components, <=, TS_COMPONENTS_MAX);
        g_assert_cmpuint(service->n_cas, <=, TS_CA_MAX);
        for (gsize n = 0; n < service->n_components; n++) {
            g_assert_cmpuint(service->components[n].n_languages, <=, TS_LANGUAGES_MAX);
            g_assert_cmpuint(service->components[n].n_pages, <=, TS_PAGES_MAX);
            g_assert_cmpuint(service->components[n].n_ca, <=, TS_CA_MAX);
        }
    }
}

static void
check_si(const TsSi *si)
{
    TsEvent events[4];
    const gsize n_events = ts_events_read(&si->events, 0, events, G_N_ELEMENTS(events));

    for (gsize i = 0; i < n_events; i++)
        check_text(events[i].text, sizeof events[i].text);
    for (gsize i = 0; i < si->networks.count; i++)
        check_text(si->networks.items[i]->name, TS_TEXT_MAX);
    for (gsize i = 0; i < si->other_services.count; i++)
        check_text(si->other_services.items[i].name, TS_TEXT_MAX);
    for (gsize i = 0; i < si->programmes.count; i++) {
        check_text(si->programmes.items[i].now.name, TS_TEXT_MAX);
        check_text(si->programmes.items[i].next.text, TS_PROGRAMME_TEXT_MAX);
    }
    for (gsize i = 0; si->atsc && i < si->atsc->n_channels; i++)
        check_text(si->atsc->channels[i].name, TS_TEXT_MAX);
    g_assert_cmpuint(si->watch.n_tables, <=, TS_WATCH_TABLES_MAX);
    g_assert_cmpuint(si->watch.n_sections, <=, TS_WATCH_SECTIONS_MAX);
}

static bool
is_even(const TsTableKey *key)
{
    return key->extension % 2 == 0;
}

static void
take(TsSi *si, TsTables *tables, guint16 pid, const TsSectionHead *head)
{
    const guint64 before = si->events.number;
    TsSeen seen;

    ts_si_watch(si, pid, head, 0, &seen);
    ts_tables_take(tables, pid, head, &si->events);
    if (seen.changed)
        ts_si_take(si, pid, head, 0, &seen);
    ts_si_tell(si, head, pid, &seen, si->events.number != before);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    ByteReader reader = byte_reader(data, size);
    TsTables tables;
    TsSi si = {.cat = NULL};
    TsSchedule schedule;
    MonoUs now_us = 1;

    ts_tables_init(&tables);
    for (guint i = 0; i < MAX_SECTIONS && reader.left >= 4; i++) {
        const guint16 pid = pids[byte_reader_u8(&reader) % G_N_ELEMENTS(pids)];
        const MonoUs step_ms = byte_reader_u8(&reader);
        const gsize claimed = byte_reader_u16(&reader) & 0x0fffu;
        const gsize length = MIN(claimed, reader.left);
        const ByteReader section = byte_reader_slice(&reader, length);
        TsSectionHead head;

        now_us += step_ms * step_ms * US_PER_MS;
        ts_events_at(&si.events, i, now_us);
        if (ts_section_head(section.at, section.left, &head))
            take(&si, &tables, pid, &head);
    }
    ts_si_label(&si, &tables);
    ts_schedule_sum(&si.watch, 1, &schedule);
    check_services(&tables);
    check_si(&si);
    ts_table_watch_sweep(&si.watch, now_us + TS_WATCH_FORGET_US, is_even);
    ts_si_forget(&si);
    check_si(&si);
    ts_si_clear(&si);
    ts_tables_clear(&tables);
    return 0;
}
