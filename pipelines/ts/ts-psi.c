/* Sections that say nothing new cost a comparison of their CRC; the others are read in full. */
#include "pipelines/ts/ts-psi.h"

#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-descriptors.h"
#include "pipelines/ts/ts-psi-map.h"

#define TABLE_PAT 0x00u
#define TABLE_PMT 0x02u
#define TABLE_SDT 0x42u /* of this transport stream */
#define PID_PAT   0x00u
#define PID_SDT   0x11u

void
ts_tables_init(TsTables *tables)
{
    *tables = (TsTables){.stream_id = -1};
}

void
ts_tables_clear(TsTables *tables)
{
    for (size_t i = 0; i < tables->n_services; i++)
        g_free(tables->services[i]);
    ts_tables_init(tables);
}

TsListed *
ts_tables_find(const TsTables *tables, uint16_t service_id)
{
    if (service_id == 0)
        return tables->n_services > 0 ? tables->services[0] : NULL;
    for (size_t i = 0; i < tables->n_services; i++)
        if (tables->services[i]->service.service_id == service_id)
            return tables->services[i];
    return NULL;
}

static void
tell_listed(const TsTables *tables, const TsListed *listed, TsEvents *events)
{
    if (tables->pat_complete)
        ts_events_add(events, TS_EVENT_SERVICE_ADDED, listed->service.service_id,
                      listed->service.pmt_pid, "PAT changed: service %u added, PMT PID 0x%x",
                      listed->service.service_id, listed->service.pmt_pid);
}

static void
move_map(TsListed *listed, uint16_t pmt_pid, TsEvents *events)
{
    ts_events_add(events, TS_EVENT_MAP_MOVED, listed->service.service_id, pmt_pid,
                  "PAT changed: PMT of service %u moved from PID 0x%x to 0x%x",
                  listed->service.service_id, listed->service.pmt_pid, pmt_pid);
    listed->service.pmt_pid = pmt_pid;
    listed->listed_us = events->arrival_us;
    ts_map_forget(listed);
}

static void
list_service(TsTables *tables, uint16_t service_id, uint16_t pmt_pid, TsEvents *events)
{
    TsListed *listed = ts_tables_find(tables, service_id);

    if (!listed && tables->n_services == TS_SERVICES_MAX) {
        tables->refused++;
        return;
    }
    if (!listed) {
        listed = g_new0(TsListed, 1);
        listed->service.service_id = service_id;
        listed->service.pmt_pid = pmt_pid;
        listed->listed_us = events->arrival_us;
        ts_map_forget(listed);
        tables->services[tables->n_services++] = listed;
        tell_listed(tables, listed, events);
    }
    if (listed->service.pmt_pid != pmt_pid)
        move_map(listed, pmt_pid, events);
    listed->pass = tables->pass;
}

static void
drop_unlisted(TsTables *tables, TsEvents *events)
{
    size_t kept = 0;

    for (size_t i = 0; i < tables->n_services; i++) {
        TsListed *listed = tables->services[i];

        if (listed->pass == tables->pass) {
            tables->services[kept++] = listed;
            continue;
        }
        ts_events_add(events, TS_EVENT_SERVICE_REMOVED, listed->service.service_id,
                      listed->service.pmt_pid, "PAT changed: service %u removed%s%s",
                      listed->service.service_id, listed->service.name[0] ? ", it was " : "",
                      listed->service.name);
        g_free(listed);
    }
    tables->n_services = kept;
}

static bool
pat_all_seen(const TsTables *tables)
{
    for (unsigned n = 0; n <= tables->pat_last; n++)
        if ((tables->pat_seen[n / 8] & 1u << n % 8) == 0)
            return false;
    return true;
}

static void
begin_pass(TsTables *tables, const TsSectionHead *section, TsEvents *events)
{
    if (tables->pat_complete && tables->stream_id != section->extension)
        ts_events_add(events, TS_EVENT_STREAM_ID_CHANGED, 0, PID_PAT,
                      "PAT changed: transport_stream_id was %d, is %u", (int)tables->stream_id,
                      section->extension);
    tables->pass++;
    tables->pat_version = section->version;
    tables->pat_last = section->last;
    tables->stream_id = section->extension;
    memset(tables->pat_seen, 0, sizeof tables->pat_seen);
    memset(tables->sdt_crc, 0, sizeof tables->sdt_crc);
}

static bool
take_pat(TsTables *tables, const TsSectionHead *section, TsEvents *events)
{
    const unsigned number = section->number;
    const bool seen = (tables->pat_seen[number / 8] & 1u << number % 8) != 0;
    ByteReader body = section->body;

    tables->pat_us = events->arrival_us;
    if (seen && tables->pat_crc[number] == section->crc)
        return false;
    if (tables->pass == 0 || seen || section->version != tables->pat_version ||
        section->last != tables->pat_last || section->extension != tables->stream_id)
        begin_pass(tables, section, events);
    tables->pat_seen[number / 8] |= (uint8_t)(1u << number % 8);
    tables->pat_crc[number] = section->crc;
    while (body.left >= 4) {
        const uint16_t service_id = byte_reader_u16(&body);
        const uint16_t pmt_pid = byte_reader_u16(&body) & 0x1fff;

        if (service_id != 0)
            list_service(tables, service_id, pmt_pid, events);
    }
    if (pat_all_seen(tables)) {
        drop_unlisted(tables, events);
        tables->pat_complete = true;
    }
    return true;
}

static void
name_service(TsService *service, const TsServiceLabel *label, TsEvents *events)
{
    if (service->name[0] != '\0' && strcmp(service->name, label->name) != 0)
        ts_events_add(events, TS_EVENT_SERVICE_RENAMED, service->service_id, PID_SDT,
                      "SDT changed: service %u was named \"%.50s\", is \"%.50s\"",
                      service->service_id, service->name, label->name);
    service->type = label->type;
    memcpy(service->name, label->name, sizeof service->name);
    memcpy(service->provider, label->provider, sizeof service->provider);
}

/* One service of the SDT. A known sender claims a byte too many for the last descriptor of the
 * loop: its name is good. */
static void
read_service(TsService *service, uint16_t flags, ByteReader loop, TsEvents *events)
{
    TsServiceLabel label;

    service->sdt_seen = true;
    service->running = (uint8_t)(flags >> 13);
    service->free_ca = (flags & 0x1000) != 0;
    while (loop.left >= 2) {
        const uint8_t tag = byte_reader_u8(&loop);
        const size_t claimed = byte_reader_u8(&loop);
        const size_t size = claimed < loop.left ? claimed : loop.left;
        const ByteReader body = byte_reader_slice(&loop, size);

        if (tag == 0x48 && ts_service_label(body, &label))
            name_service(service, &label, events);
    }
}

static bool
take_sdt(TsTables *tables, const TsSectionHead *section, TsEvents *events)
{
    ByteReader body = section->body;

    if (section->extension != tables->stream_id || tables->sdt_crc[section->number] == section->crc)
        return false;
    tables->sdt_crc[section->number] = section->crc;
    byte_reader_skip(&body, 3);
    while (body.left >= 5) {
        const uint16_t service_id = byte_reader_u16(&body);

        byte_reader_skip(&body, 1);
        const uint16_t flags = byte_reader_u16(&body);
        const ByteReader loop = byte_reader_slice(&body, flags & 0x0fffu);
        TsListed *listed = service_id != 0 ? ts_tables_find(tables, service_id) : NULL;

        if (listed && !loop.broken)
            read_service(&listed->service, flags, loop, events);
    }
    return true;
}

/* The SDT may come before the PAT, and then not again for two seconds. */
static void
keep_early(TsTables *tables, const TsSectionHead *section)
{
    if (section->size > sizeof tables->early)
        return;
    memcpy(tables->early, section->data, section->size);
    tables->early_size = section->size;
}

static void
take_early(TsTables *tables, TsEvents *events)
{
    TsSectionHead section;

    if (!tables->pat_complete)
        return;
    if (tables->early_size > 0 && ts_section_head(tables->early, tables->early_size, &section))
        take_sdt(tables, &section, events);
    tables->early_size = 0;
}

static bool
take_pmt(TsTables *tables, uint16_t pid, const TsSectionHead *section, TsEvents *events)
{
    TsListed *listed = section->extension != 0 ? ts_tables_find(tables, section->extension) : NULL;

    return listed && listed->service.pmt_pid == pid && ts_map_take(tables, listed, section, events);
}

bool
ts_tables_take(TsTables *tables, uint16_t pid, const TsSectionHead *head, TsEvents *events)
{
    bool changed = false;

    if (!head->syntax || !head->current)
        return false;
    if (head->table_id == TABLE_PAT && pid == PID_PAT) {
        changed = take_pat(tables, head, events);
        take_early(tables, events);
    } else if (head->table_id == TABLE_PMT) {
        changed = take_pmt(tables, pid, head, events);
    } else if (head->table_id == TABLE_SDT && pid == PID_SDT) {
        if (tables->pat_complete)
            changed = take_sdt(tables, head, events);
        else
            keep_early(tables, head);
    }
    tables->version += changed;
    return changed;
}
