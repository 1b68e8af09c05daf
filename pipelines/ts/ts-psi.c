/* Sections that say nothing new cost a comparison of their CRC; the others are read in full. */
#include "pipelines/ts/ts-psi.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/dvb-text.h"
#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-descriptors.h"
#include "pipelines/ts/ts-section.h"

#define TABLE_PAT 0x00u
#define TABLE_PMT 0x02u
#define TABLE_SDT 0x42u /* of this transport stream */

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
forget_map(TsListed *listed)
{
    listed->pmt_crc = 0;
    listed->service.pmt_seen = false;
    listed->service.pcr_pid = TS_PID_NULL;
    listed->service.n_components = 0;
    listed->service.pmt_us = 0;
}

static void
list_service(TsTables *tables, uint16_t service_id, uint16_t pmt_pid, MonoUs arrival_us)
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
        listed->listed_us = arrival_us;
        forget_map(listed);
        tables->services[tables->n_services++] = listed;
    }
    if (listed->service.pmt_pid != pmt_pid) {
        listed->service.pmt_pid = pmt_pid;
        listed->listed_us = arrival_us;
        forget_map(listed);
    }
    listed->pass = tables->pass;
}

static void
drop_unlisted(TsTables *tables)
{
    size_t kept = 0;

    for (size_t i = 0; i < tables->n_services; i++) {
        if (tables->services[i]->pass == tables->pass)
            tables->services[kept++] = tables->services[i];
        else
            g_free(tables->services[i]);
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
begin_pass(TsTables *tables, const TsSectionHead *section)
{
    tables->pass++;
    tables->pat_version = section->version;
    tables->pat_last = section->last;
    tables->stream_id = section->extension;
    memset(tables->pat_seen, 0, sizeof tables->pat_seen);
    memset(tables->sdt_crc, 0, sizeof tables->sdt_crc);
}

static bool
take_pat(TsTables *tables, TsSectionHead *section, MonoUs arrival_us)
{
    const unsigned number = section->number;
    const bool seen = (tables->pat_seen[number / 8] & 1u << number % 8) != 0;

    tables->pat_us = arrival_us;
    if (seen && tables->pat_crc[number] == section->crc)
        return false;
    if (tables->pass == 0 || seen || section->version != tables->pat_version ||
        section->last != tables->pat_last || section->extension != tables->stream_id)
        begin_pass(tables, section);
    tables->pat_seen[number / 8] |= (uint8_t)(1u << number % 8);
    tables->pat_crc[number] = section->crc;
    while (section->body.left >= 4) {
        const uint16_t service_id = byte_reader_u16(&section->body);
        const uint16_t pmt_pid = byte_reader_u16(&section->body) & 0x1fff;

        if (service_id != 0)
            list_service(tables, service_id, pmt_pid, arrival_us);
    }
    if (pat_all_seen(tables)) {
        drop_unlisted(tables);
        tables->pat_complete = true;
    }
    return true;
}

static void
read_components(TsTables *tables, TsService *service, ByteReader *body)
{
    service->n_components = 0;
    while (body->left >= 5) {
        const uint8_t stream_type = byte_reader_u8(body);
        const uint16_t pid = byte_reader_u16(body) & 0x1fff;
        const uint16_t length = byte_reader_u16(body) & 0x0fff;
        const ByteReader descriptors = byte_reader_slice(body, length);

        if (descriptors.broken)
            return;
        if (service->n_components == TS_COMPONENTS_MAX) {
            tables->refused++;
            continue;
        }
        tables->refused += ts_component(stream_type, pid, descriptors, service->registration,
                                        &service->components[service->n_components++]);
    }
}

static bool
take_pmt(TsTables *tables, TsSectionHead *section, MonoUs arrival_us)
{
    TsListed *listed = section->extension != 0 ? ts_tables_find(tables, section->extension) : NULL;

    if (!listed)
        return false;
    TsService *service = &listed->service;

    service->pmt_us = arrival_us;
    if (service->pmt_seen && listed->pmt_crc == section->crc)
        return false;
    const uint16_t pcr_pid = byte_reader_u16(&section->body) & 0x1fff;
    const uint16_t length = byte_reader_u16(&section->body) & 0x0fff;
    const ByteReader descriptors = byte_reader_slice(&section->body, length);
    TsProgramInfo info;

    if (section->body.broken)
        return false;
    tables->refused += ts_program_info(descriptors, &info);
    service->pcr_pid = pcr_pid;
    service->version = section->version;
    service->registration = info.registration;
    service->ca = info.n_cas > 0;
    service->n_cas = info.n_cas;
    memcpy(service->cas, info.cas, sizeof info.cas);
    read_components(tables, service, &section->body);
    service->pmt_seen = true;
    listed->pmt_crc = section->crc;
    listed->changed_us = arrival_us;
    return true;
}

static void
read_service_descriptor(TsService *service, ByteReader descriptor)
{
    service->type = byte_reader_u8(&descriptor);
    const ByteReader provider = byte_reader_slice(&descriptor, byte_reader_u8(&descriptor));
    const ByteReader name = byte_reader_slice(&descriptor, byte_reader_u8(&descriptor));

    if (provider.broken || name.broken)
        return;
    dvb_text(provider.at, provider.left, service->provider, sizeof service->provider);
    dvb_text(name.at, name.left, service->name, sizeof service->name);
}

static bool
take_sdt(TsTables *tables, TsSectionHead *section)
{
    if (section->extension != tables->stream_id || tables->sdt_crc[section->number] == section->crc)
        return false;
    tables->sdt_crc[section->number] = section->crc;
    byte_reader_skip(&section->body, 3);
    while (section->body.left >= 5) {
        const uint16_t service_id = byte_reader_u16(&section->body);
        byte_reader_skip(&section->body, 1);
        const uint16_t length = byte_reader_u16(&section->body) & 0x0fff;
        ByteReader descriptors = byte_reader_slice(&section->body, length);
        TsListed *listed = service_id != 0 ? ts_tables_find(tables, service_id) : NULL;

        while (listed && descriptors.left >= 2) {
            const uint8_t tag = byte_reader_u8(&descriptors);
            const size_t claimed = byte_reader_u8(&descriptors);
            /* A known sender claims a byte too many for the last one: its name is good. */
            const size_t size = claimed < descriptors.left ? claimed : descriptors.left;
            const ByteReader body = byte_reader_slice(&descriptors, size);

            if (tag == 0x48)
                read_service_descriptor(&listed->service, body);
        }
    }
    return true;
}

/* The SDT may come before the PAT, and then not again for two seconds. */
static void
keep_early(TsTables *tables, const uint8_t *data, size_t size)
{
    if (tables->pat_complete || size > sizeof tables->early)
        return;
    memcpy(tables->early, data, size);
    tables->early_size = size;
}

static void
take_early(TsTables *tables)
{
    TsSectionHead section;

    if (tables->pat_complete && tables->early_size > 0 &&
        ts_section_head(tables->early, tables->early_size, &section))
        take_sdt(tables, &section);
    if (tables->pat_complete)
        tables->early_size = 0;
}

bool
ts_tables_take(TsTables *tables, const uint8_t *data, size_t size, MonoUs arrival_us)
{
    TsSectionHead section;
    bool changed = false;

    if (!ts_section_head(data, size, &section) || !section.syntax || !section.current)
        return false;
    if (section.table_id == TABLE_PAT)
        changed = take_pat(tables, &section, arrival_us);
    else if (section.table_id == TABLE_SDT && !tables->pat_complete)
        keep_early(tables, data, size);
    else if (section.table_id == TABLE_PMT)
        changed = take_pmt(tables, &section, arrival_us);
    else if (section.table_id == TABLE_SDT)
        changed = take_sdt(tables, &section);
    if (section.table_id == TABLE_PAT)
        take_early(tables);
    tables->version += changed;
    return changed;
}
