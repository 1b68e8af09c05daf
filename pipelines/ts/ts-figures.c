/* Reading the analyser: sums over PIDs and copies of what is known. */
#include <stdlib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser-private.h"

static void
add_pid(TsCounters *sum, const TsPidInfo *info)
{
    if (info->pid == TS_PID_NULL)
        sum->null_packets += info->packets;
    sum->transport_errors += info->transport_errors;
    sum->scrambled += info->scrambled;
    sum->cc_errors += info->cc_errors;
    sum->cc_missing += info->cc_missing;
    sum->cc_repeats += info->cc_repeats;
    sum->cc_af_only += info->cc_af_only;
    sum->own_gaps += info->own_gaps;
    sum->own_missing += info->own_missing;
    sum->duplicates += info->duplicates;
    sum->crc_errors += info->crc_errors;
    sum->pcr_late += info->pcr_late;
    sum->pcr_jumps += info->pcr_jumps;
}

void
ts_analyser_counters(const TsAnalyser *analyser, TsCounters *ret_counters)
{
    TsCounters sum = analyser->counters;

    sum.sync_losses = analyser->sync.losses;
    sum.sync_byte_errors = analyser->sync.byte_errors;
    sum.bytes_skipped = analyser->sync.skipped;
    sum.refused = analyser->tables.refused;
    for (size_t i = 0; i < analyser->n_pids; i++)
        add_pid(&sum, &analyser->pids[analyser->order[i]]->info);
    *ret_counters = sum;
}

uint64_t
ts_analyser_packets(const TsAnalyser *analyser)
{
    return analyser->counters.packets;
}

double
ts_analyser_bitrate_bps(const TsAnalyser *analyser)
{
    return analyser->bitrate_bps;
}

MonoUs
ts_analyser_last_us(const TsAnalyser *analyser)
{
    return analyser->now_us;
}

bool
ts_analyser_synced(const TsAnalyser *analyser)
{
    return analyser->sync.synced;
}

unsigned
ts_analyser_packet_size(const TsAnalyser *analyser)
{
    return analyser->sync.stride;
}

unsigned
ts_analyser_begun(const TsAnalyser *analyser)
{
    const TsSync *sync = &analyser->sync;

    return sync->synced ? (unsigned)(sync->to - sync->from) : 0;
}

static uint8_t
stream_type_of(const TsAnalyser *analyser, uint16_t pid)
{
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsService *service = &analyser->tables.services[i]->service;

        for (size_t n = 0; n < service->n_components; n++)
            if (service->components[n].pid == pid)
                return service->components[n].stream_type;
    }
    return 0;
}

bool
ts_analyser_pid(const TsAnalyser *analyser, uint16_t pid, TsPidInfo *ret_pid)
{
    if (pid >= TS_PID_COUNT || !analyser->pids[pid] || analyser->pids[pid]->info.packets == 0)
        return false;
    *ret_pid = analyser->pids[pid]->info;
    ret_pid->stream_type = stream_type_of(analyser, pid);
    return true;
}

static int
compare_pids(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

size_t
ts_analyser_pids(const TsAnalyser *analyser, TsPidInfo *ret_pids, size_t max)
{
    uint16_t order[TS_PID_COUNT];
    size_t n = 0, seen = 0;

    memcpy(order, analyser->order, analyser->n_pids * sizeof order[0]);
    qsort(order, analyser->n_pids, sizeof order[0], compare_pids);
    for (size_t i = 0; i < analyser->n_pids; i++) {
        seen += analyser->pids[order[i]]->info.packets > 0;
        if (n < max)
            n += ts_analyser_pid(analyser, order[i], &ret_pids[n]);
    }
    return seen;
}

uint32_t
ts_analyser_tables_version(const TsAnalyser *analyser)
{
    return analyser->tables.version;
}

int32_t
ts_analyser_transport_stream_id(const TsAnalyser *analyser)
{
    return analyser->tables.stream_id;
}

size_t
ts_analyser_n_services(const TsAnalyser *analyser)
{
    return analyser->tables.n_services;
}

const TsService *
ts_analyser_service_at(const TsAnalyser *analyser, size_t index)
{
    return index < analyser->tables.n_services ? &analyser->tables.services[index]->service : NULL;
}

const TsService *
ts_analyser_service(const TsAnalyser *analyser, uint16_t service_id)
{
    const TsListed *listed = ts_tables_find(&analyser->tables, service_id);

    return listed ? &listed->service : NULL;
}

size_t
ts_service_pids(const TsService *service, uint16_t ret_pids[TS_SERVICE_PIDS])
{
    const size_t n_all = service->n_components + 2;
    size_t n = 0;

    for (size_t i = 0; i < n_all; i++) {
        const uint16_t pid = i == 0   ? service->pmt_pid
                             : i == 1 ? service->pcr_pid
                                      : service->components[i - 2].pid;
        bool known = pid == TS_PID_NULL;

        for (size_t k = 0; k < n && !known; k++)
            known = ret_pids[k] == pid;
        if (!known)
            ret_pids[n++] = pid;
    }
    return n;
}

static void
add_to_service(TsServiceFigures *sum, const TsPidInfo *pid)
{
    sum->packets += pid->packets;
    sum->cc_errors += pid->cc_errors + pid->cc_repeats;
    sum->cc_missing += pid->cc_missing;
    sum->own_gaps += pid->own_gaps;
    sum->own_missing += pid->own_missing;
    sum->transport_errors += pid->transport_errors;
    sum->scrambled += pid->scrambled;
    sum->crc_errors += pid->crc_errors;
    sum->pcr_late += pid->pcr_late;
    sum->pcr_jumps += pid->pcr_jumps;
}

static void
take_from_service(TsServiceFigures *sum, const TsPidInfo *pid)
{
    sum->packets -= pid->packets;
    sum->cc_errors -= pid->cc_errors + pid->cc_repeats;
    sum->cc_missing -= pid->cc_missing;
    sum->own_gaps -= pid->own_gaps;
    sum->own_missing -= pid->own_missing;
    sum->transport_errors -= pid->transport_errors;
    sum->scrambled -= pid->scrambled;
    sum->crc_errors -= pid->crc_errors;
    sum->pcr_late -= pid->pcr_late;
    sum->pcr_jumps -= pid->pcr_jumps;
}

/* What PIDs counted before they came to the service is not its own, and what those counted that
 * left it stays. What came before the first PMT is its own: nobody could know better. */
static void
count_anew(const TsAnalyser *analyser, TsListed *listed)
{
    const bool first = listed->n_counted == 0;

    for (size_t i = 0; i < listed->n_counted; i++)
        if (analyser->pids[listed->counted[i]])
            add_to_service(&listed->before, &analyser->pids[listed->counted[i]]->info);
    if (first && !listed->service.pmt_seen)
        return;
    listed->n_counted = ts_service_pids(&listed->service, listed->counted);
    for (size_t i = 0; i < listed->n_counted && !first; i++)
        if (analyser->pids[listed->counted[i]])
            take_from_service(&listed->before, &analyser->pids[listed->counted[i]]->info);
}

/* How long a PID had no PCR before the service went by it is no fault of the service. */
static void
follow_clock(const TsAnalyser *analyser, TsListed *listed)
{
    TsPid *pid = analyser->pids[listed->service.pcr_pid];

    if (!listed->service.pmt_seen || listed->clock_pid == listed->service.pcr_pid)
        return;
    if (listed->clock_pid != 0 && pid)
        pid->pcr_broken = true;
    listed->clock_pid = listed->service.pcr_pid;
}

void
ts_services_follow(TsAnalyser *analyser)
{
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        TsListed *listed = analyser->tables.services[i];

        if (!listed->moved)
            continue;
        count_anew(analyser, listed);
        follow_clock(analyser, listed);
        listed->moved = false;
    }
}

void
ts_analyser_service_figures(const TsAnalyser *analyser,
                            uint16_t service_id,
                            TsServiceFigures *ret_figures)
{
    const TsListed *listed = ts_tables_find(&analyser->tables, service_id);
    TsServiceFigures figures = {0};
    uint16_t pids[TS_SERVICE_PIDS];

    if (listed) {
        const size_t n_pids = ts_service_pids(&listed->service, pids);
        const TsPid *clock = analyser->pids[listed->service.pcr_pid];

        figures = listed->before;
        figures.service_id = listed->service.service_id;
        for (size_t i = 0; i < n_pids; i++) {
            if (!analyser->pids[pids[i]])
                continue;
            add_to_service(&figures, &analyser->pids[pids[i]]->info);
            figures.bitrate_bps += analyser->pids[pids[i]]->info.bitrate_bps;
        }
        if (analyser->pids[0] && listed->service.pmt_pid != 0)
            figures.crc_errors += analyser->pids[0]->info.crc_errors;
        figures.pcr_interval_max_us = clock && clock->clock ? clock->clock->second_us : 0;
    }
    *ret_figures = figures;
}
