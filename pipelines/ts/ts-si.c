/* One table at a time goes to its own reader; the watch has seen it before. */
#include "pipelines/ts/ts-si.h"

#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-si-access.h"
#include "pipelines/ts/ts-si-atsc.h"
#include "pipelines/ts/ts-si-time.h"

#define PID_CAT  0x0001u
#define PID_NIT  0x0010u
#define PID_SDT  0x0011u
#define PID_EIT  0x0012u
#define PID_TDT  0x0014u
#define PID_PSIP 0x1ffbu

#define TABLE_SDT_ACTUAL     0x42u
#define TABLE_SDT_OTHER      0x46u
#define TABLE_EIT_FIRST      0x4eu
#define TABLE_PF_ACTUAL      0x4eu
#define TABLE_PF_OTHER       0x4fu
#define TABLE_SCHEDULE_FIRST 0x50u
#define TABLE_EIT_LAST       0x6fu
#define TABLE_STT            0xcdu

typedef struct {
    uint8_t first;
    uint8_t last;
    const char *name;
} NameOf;

static const NameOf names[] = {
    {0x00, 0x00, "PAT"},
    {0x01, 0x01, "CAT"},
    {0x02, 0x02, "PMT"},
    {0x03, 0x03, "TSDT"},
    {0x3a, 0x3f, "DSM-CC"},
    {0x40, 0x40, "NIT actual"},
    {0x41, 0x41, "NIT other"},
    {0x42, 0x42, "SDT actual"},
    {0x46, 0x46, "SDT other"},
    {0x4a, 0x4a, "BAT"},
    {0x4e, 0x4e, "EIT p/f actual"},
    {0x4f, 0x4f, "EIT p/f other"},
    {0x50, 0x5f, "EIT schedule actual"},
    {0x60, 0x6f, "EIT schedule other"},
    {0x70, 0x70, "TDT"},
    {0x71, 0x71, "RST"},
    {0x72, 0x72, "ST"},
    {0x73, 0x73, "TOT"},
    {0x74, 0x74, "AIT"},
    {0x7e, 0x7e, "DIT"},
    {0x7f, 0x7f, "SIT"},
    {0xc7, 0xc7, "MGT"},
    {0xc8, 0xc8, "TVCT"},
    {0xc9, 0xc9, "CVCT"},
    {0xca, 0xca, "RRT"},
    {0xcb, 0xcb, "ATSC EIT"},
    {0xcc, 0xcc, "ATSC ETT"},
    {0xcd, 0xcd, "STT"},
    {0xfc, 0xfc, "SCTE-35"},
};

const char *
ts_table_name(uint8_t table_id)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (table_id >= names[i].first && table_id <= names[i].last)
            return names[i].name;
    return "table";
}

void
ts_si_clear(TsSi *si)
{
    ts_table_watch_clear(&si->watch);
    ts_events_clear(&si->events);
    ts_networks_clear(&si->networks);
    ts_other_services_clear(&si->other_services);
    ts_programmes_clear(&si->programmes);
    g_free(si->cat);
    g_free(si->atsc);
    *si = (TsSi){.cat = NULL};
}

static bool
is_eit(uint16_t pid, uint8_t table_id)
{
    return pid == PID_EIT && table_id >= TABLE_EIT_FIRST && table_id <= TABLE_EIT_LAST;
}

/* What tells tables with the same extension apart: services of other streams have the same ids. */
static uint32_t
more_of(uint16_t pid, const TsSectionHead *head)
{
    ByteReader body = head->body;

    if (is_eit(pid, head->table_id))
        return byte_reader_u32(&body);
    if (pid == PID_SDT && (head->table_id == TABLE_SDT_ACTUAL || head->table_id == TABLE_SDT_OTHER))
        return byte_reader_u16(&body);
    return 0;
}

void
ts_si_watch(TsSi *si, uint16_t pid, const TsSectionHead *head, MonoUs epoch_us, TsSeen *ret_seen)
{
    const TsTableKey key = {.pid = pid,
                            .extension = head->extension,
                            .table_id = head->table_id,
                            .more = more_of(pid, head)};
    const TsWatchTime time = {
        .packet = si->events.packet, .arrival_us = si->events.arrival_us, .epoch_us = epoch_us};

    ts_table_watch_take(&si->watch, &key, head, &time, ret_seen);
}

static void
take_eit(TsSi *si, const TsSectionHead *head, const TsSeen *seen)
{
    if (head->table_id < TABLE_SCHEDULE_FIRST)
        ts_programmes_take(&si->programmes, head, si->events.arrival_us, &si->refused);
    else if (seen->section)
        ts_schedule_take(seen->section, head);
}

static bool
take_psip(TsSi *si, const TsSectionHead *head, MonoUs epoch_us)
{
    if (head->table_id == TABLE_STT)
        ts_time_take(&si->time, head, epoch_us, &si->events, &si->refused);
    if (head->table_id < 0xc7 || head->table_id > 0xc9)
        return false;
    if (!si->atsc)
        si->atsc = g_new0(TsAtsc, 1);
    ts_atsc_take(si->atsc, head, &si->refused);
    return true;
}

static bool
take_network(TsSi *si, const TsSectionHead *head)
{
    ts_networks_take(&si->networks, head, &si->refused);
    return true;
}

bool
ts_si_take(TsSi *si, uint16_t pid, const TsSectionHead *head, MonoUs epoch_us, const TsSeen *seen)
{
    const uint8_t table_id = head->table_id;

    if (pid == PID_PSIP)
        return take_psip(si, head, epoch_us);
    if (pid == PID_NIT && (table_id == 0x40 || table_id == 0x41))
        return take_network(si, head);
    if (pid == PID_SDT && table_id == 0x4a)
        return take_network(si, head);
    if (pid == PID_SDT && table_id == TABLE_SDT_OTHER)
        ts_other_services_take(&si->other_services, head, &si->refused);
    else if (is_eit(pid, table_id))
        take_eit(si, head, seen);
    else if (pid == PID_TDT && (table_id == 0x70 || table_id == 0x73))
        ts_time_take(&si->time, head, epoch_us, &si->events, &si->refused);
    if (pid == PID_CAT && table_id == 0x01) {
        if (!si->cat)
            si->cat = g_new0(TsCat, 1);
        ts_cat_take(si->cat, head, &si->refused);
    }
    return false;
}

/* Tables whose versions are news: not those that change with every programme or every second. */
static bool
is_news(uint8_t table_id)
{
    return table_id != TABLE_STT && table_id != TABLE_PF_OTHER &&
           (table_id < TABLE_SCHEDULE_FIRST || table_id > TABLE_EIT_LAST);
}

/* Whose a table is, where its extension is the number of a service. */
static uint16_t
service_of(const TsSectionHead *head)
{
    return head->table_id == 0x02 || head->table_id == TABLE_PF_ACTUAL ? head->extension : 0;
}

static void
tell_silent(TsSi *si, const TsSectionHead *head, uint16_t pid, TsWatchedTable *table)
{
    const MonoUs now_us = si->events.arrival_us;

    if (table->silent_us != 0 && now_us - table->silent_us < TS_SILENT_US)
        return;
    table->silent_us = now_us;
    ts_events_add(&si->events, TS_EVENT_CONTENT_ONLY, service_of(head), pid,
                  "%s (PID 0x%x, 0x%04x) changed, but its version stayed %u: receivers miss that",
                  ts_table_name(head->table_id), pid, head->extension, head->version);
}

void
ts_si_tell(TsSi *si, const TsSectionHead *head, uint16_t pid, const TsSeen *seen, bool told)
{
    if (!seen->table || !head->syntax || !is_news(head->table_id))
        return;
    if (seen->silent)
        tell_silent(si, head, pid, seen->table);
    if (seen->told_now && !told)
        ts_events_add(&si->events, TS_EVENT_TABLE_CHANGED, service_of(head), pid,
                      "%s (PID 0x%x, 0x%04x) changed, version %u", ts_table_name(head->table_id),
                      pid, head->extension, head->version);
    if (seen->version_only)
        ts_events_add(&si->events, TS_EVENT_VERSION_ONLY, service_of(head), pid,
                      "%s (PID 0x%x, 0x%04x) went to version %u without a change",
                      ts_table_name(head->table_id), pid, head->extension, head->version);
}

static bool
follows(const TsSi *si, uint16_t pid, uint8_t table_id, uint16_t extension, uint32_t more)
{
    const TsTableKey key = {.pid = pid, .extension = extension, .table_id = table_id, .more = more};

    return ts_table_watch_find(&si->watch, &key) != NULL;
}

/* Whether any table between two table_ids is followed on @pid. */
static bool
follows_any(const TsSi *si, uint16_t pid, uint8_t first, uint8_t last)
{
    for (size_t i = 0; i < si->watch.n_tables; i++) {
        const TsTableKey *key = &si->watch.tables[i].key;

        if (key->pid == pid && key->table_id >= first && key->table_id <= last)
            return true;
    }
    return false;
}

static void
forget_programmes(TsSi *si)
{
    TsProgrammes *programmes = &si->programmes;
    size_t kept = 0;

    for (size_t i = 0; i < programmes->count; i++) {
        const TsNowNext *entry = &programmes->items[i];

        if (!follows(si, PID_EIT, entry->actual ? TABLE_PF_ACTUAL : TABLE_PF_OTHER,
                     entry->service_id, (uint32_t)entry->stream_id << 16 | entry->network_id))
            continue;
        if (kept != i)
            programmes->items[kept] = programmes->items[i];
        kept++;
    }
    programmes->count = kept;
}

static void
forget_services(TsSi *si)
{
    TsOtherServices *services = &si->other_services;
    size_t kept = 0;

    for (size_t i = 0; i < services->count; i++) {
        const TsOtherService *service = &services->items[i];

        if (!follows(si, PID_SDT, TABLE_SDT_OTHER, service->stream_id, service->network_id))
            continue;
        if (kept != i)
            services->items[kept] = services->items[i];
        kept++;
    }
    services->count = kept;
}

static bool
forget_networks(TsSi *si)
{
    TsNetworks *networks = &si->networks;
    const size_t before = networks->count;
    size_t kept = 0;

    for (size_t i = 0; i < before; i++) {
        TsNetwork *network = networks->items[i];
        const bool bouquet = network->kind == TS_NETWORK_BOUQUET;
        const uint8_t table_id = bouquet ? 0x4a : network->kind == TS_NETWORK_OTHER ? 0x41 : 0x40;

        if (follows(si, bouquet ? PID_SDT : PID_NIT, table_id, network->id, 0))
            networks->items[kept++] = network;
        else
            g_free(network);
    }
    networks->count = kept;
    return kept != before;
}

bool
ts_si_forget(TsSi *si)
{
    forget_programmes(si);
    forget_services(si);
    if (!follows_any(si, PID_CAT, 0x01, 0x01))
        g_clear_pointer(&si->cat, g_free);
    if (!follows_any(si, PID_PSIP, 0xc7, 0xc9))
        g_clear_pointer(&si->atsc, g_free);
    return forget_networks(si);
}

static bool
number_service(TsService *service, const TsNetworkService *entry)
{
    const bool has = entry != NULL;
    const bool same =
        service->has_lcn == has &&
        (!has || (service->lcn == entry->lcn && service->lcn_hidden == entry->hidden));

    service->has_lcn = has;
    service->lcn = has ? entry->lcn : 0;
    service->lcn_hidden = has && entry->hidden;
    return !same;
}

static bool
name_service(TsService *service, const TsChannel *channel, TsEvents *events)
{
    if (service->sdt_seen || !channel || strcmp(service->name, channel->name) == 0)
        return false;
    if (service->name[0] != '\0')
        ts_events_add(events, TS_EVENT_SERVICE_RENAMED, service->service_id, PID_PSIP,
                      "VCT changed: service %u was named \"%.50s\", is \"%.50s\"",
                      service->service_id, service->name, channel->name);
    memcpy(service->name, channel->name, sizeof service->name);
    return true;
}

bool
ts_si_label(TsSi *si, TsTables *tables)
{
    const uint16_t stream_id = (uint16_t)tables->stream_id;
    bool changed = false;

    for (size_t i = 0; i < tables->n_services; i++) {
        TsService *service = &tables->services[i]->service;
        const uint16_t id = service->service_id;

        changed |= number_service(service, ts_networks_lcn(&si->networks, stream_id, id));
        if (si->atsc)
            changed |= name_service(service, ts_atsc_channel(si->atsc, stream_id, id), &si->events);
    }
    return changed;
}
