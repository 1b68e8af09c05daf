/* What is read of the elementary streams, those that a PMT names, and of their clocks. */
#include "pipelines/ts/ts-analyser-private.h"
#include "pipelines/ts/ts-es.h"

#define TSDT_PID 2u /* the last PID with a table that enters TBsys of every service */

/* Components */

static const TsPid *
pcr_pid_of(const TsAnalyser *analyser, const TsEs *es)
{
    return es->pcr_pid < TS_PID_NULL ? analyser->pids[es->pcr_pid] : NULL;
}

static const TsClock *
clock_of(const TsAnalyser *analyser, const TsEs *es)
{
    const TsPid *pid = pcr_pid_of(analyser, es);

    return pid && pid->clock && pid->clock->begun ? pid->clock : NULL;
}

/* @index: not before the last PCR. @clock: (nullable) */
static TsClockTime
moment_at(const TsAnalyser *analyser, const TsClock *clock, uint64_t index)
{
    if (!clock)
        return (TsClockTime){.index = index, .gaps = analyser->gaps};
    return (TsClockTime){
        .clocked = true,
        .exact = index == clock->index,
        .index = index,
        .epoch = clock->epoch,
        .ticks = ts_clock_ticks_at(clock, index),
        .pcr = ts_clock_at(clock, index),
        .gaps = analyser->gaps,
    };
}

static TsPlace
place_of(const TsAnalyser *analyser)
{
    return (TsPlace){.packet = ts_packet_index(analyser), .arrival_us = analyser->now_us};
}

/* Where the packets of @pid go in the T-STD, if anywhere. */
static void
wire(TsAnalyser *analyser, const TsPid *pid)
{
    TsEs *es = pid->es;
    TsStdService *std = ts_std_find(&analyser->std, es->service_id);
    size_t slot = 1;

    while (std && slot < std->n_buffers && std->pids[slot] != pid->info.pid)
        slot++;
    if (std && slot == std->n_buffers)
        std = NULL;
    if (es->std != std || es->slot != slot) {
        es->due_known = false;
        es->due_waits = false;
    }
    es->std = std;
    es->buffer = std ? &std->buffers[slot] : NULL;
    es->slot = (unsigned)slot;
}

static bool
same_component(const TsComponent *one, const TsComponent *two)
{
    return one->codec == two->codec && one->stream_type == two->stream_type;
}

/* @component of @service is on @pid, from which something came. */
static void
name(TsPid *pid, const TsService *service, const TsComponent *component)
{
    if (pid->es && pid->es->named)
        return;
    if (pid->es && !same_component(&pid->es->component, component))
        g_clear_pointer(&pid->es, ts_es_free);
    if (!pid->es)
        pid->es = ts_es_new(component);
    if (pid->es->pcr_pid != service->pcr_pid)
        ts_pes_watch_drop(&pid->es->watch);
    pid->es->component = *component;
    pid->es->named = true;
    pid->es->service_id = service->service_id;
    pid->es->pcr_pid = service->pcr_pid;
}

void
ts_es_follow(TsAnalyser *analyser)
{
    for (size_t i = 0; i < analyser->n_pids; i++) {
        TsPid *pid = analyser->pids[analyser->order[i]];

        pid->system = pid->info.pid <= TSDT_PID;
        if (pid->es)
            pid->es->named = false;
    }
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsService *service = &analyser->tables.services[i]->service;

        if (analyser->pids[service->pmt_pid])
            analyser->pids[service->pmt_pid]->system = true;
        for (size_t n = 0; n < service->n_components; n++)
            if (analyser->pids[service->components[n].pid])
                name(analyser->pids[service->components[n].pid], service, &service->components[n]);
    }
    if (!analyser->std_off)
        ts_std_follow(&analyser->std, &analyser->tables);
    for (size_t i = 0; i < analyser->n_pids; i++) {
        TsPid *pid = analyser->pids[analyser->order[i]];

        if (pid->es && !pid->es->named)
            g_clear_pointer(&pid->es, ts_es_free);
        if (pid->es)
            wire(analyser, pid);
    }
}

void
ts_es_meet(TsAnalyser *analyser, TsPid *pid)
{
    const uint16_t number = pid->info.pid;

    pid->system = number <= TSDT_PID;
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsService *service = &analyser->tables.services[i]->service;

        pid->system |= service->pmt_pid == number;
        for (size_t n = 0; n < service->n_components; n++)
            if (service->components[n].pid == number)
                name(pid, service, &service->components[n]);
    }
    if (pid->es)
        wire(analyser, pid);
}

void
ts_es_end(TsAnalyser *analyser)
{
    ts_std_clear(&analyser->std);
}

void
ts_analyser_set_std(TsAnalyser *analyser, bool on)
{
    analyser->std_off = !on;
    if (!on)
        ts_std_clear(&analyser->std);
    ts_es_follow(analyser);
}

/* Packets */

void
ts_es_filler(TsAnalyser *analyser, TsPid *pid)
{
    const TsEs *es = pid->es;

    if (es->std)
        ts_std_collect(es->std, ts_packet_index(analyser), es->slot, 0);
}

/* Bytes of sections, without what stuffs the packet behind them. */
static unsigned
section_bytes(const TsHeader *header)
{
    unsigned end = TS_PACKET_SIZE;

    while (end > header->payload_at && header->bytes[end - 1] == 0xff)
        end--;
    return end - header->payload_at;
}

void
ts_es_system(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    const unsigned bytes = section_bytes(header);

    for (size_t i = 0; i < analyser->std.n; i++) {
        TsStdService *service = analyser->std.services[i];

        if (header->pid <= TSDT_PID || service->pmt_pid == header->pid)
            ts_std_collect(service, ts_packet_index(analyser), TS_STD_SYSTEM, bytes);
    }
}

void
ts_es_section(TsAnalyser *analyser, TsPid *pid, const uint8_t *section, size_t size)
{
    const TsPlace place = place_of(analyser);

    if (pid->es && pid->es->ancillary)
        ts_ancillary_section(pid->es->ancillary, section, size, &place);
}

/* Packets are missing, or unreadable. */
static void
interrupt(TsEs *es)
{
    ts_es_break(es);
    if (es->std)
        ts_std_break(es->std, es->slot);
}

/* A packet that has more to it than bytes that count. Its registers are not the short way's. */
static G_NO_INLINE void
take_apart(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    TsEs *es = pid->es;
    TsEsTime time = {.place = place_of(analyser)};
    bool late = false;

    if (header->scrambled || pid->lost || header->discontinuity)
        interrupt(es);
    if (header->scrambled) {
        ts_es_filler(analyser, pid);
        return;
    }
    if (header->unit_start || es->heading)
        time.moment = moment_at(analyser, clock_of(analyser, es), time.place.packet);
    const unsigned bytes = ts_es_take(
        es, byte_reader(header->bytes + header->payload_at, TS_PACKET_SIZE - header->payload_at),
        header->unit_start != 0, &time, &late);

    if (es->std)
        ts_std_collect(es->std, time.place.packet, es->slot, bytes);
    if (header->unit_start && es->judged && es->watch.known)
        ts_judged(analyser, pid, TS_INDICATOR_PTS);
    if (late)
        ts_hit(analyser, pid, TS_INDICATOR_PTS);
}

void
ts_es_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    const TsEs *es = pid->es;

    if (!es->plain ||
        (header->unit_start | header->scrambled | header->discontinuity | pid->lost) != 0) {
        if (es->pes)
            take_apart(analyser, pid, header);
        return;
    }
    if (es->std)
        ts_std_collect(es->std, ts_packet_index(analyser), es->slot,
                       es->buffer->aligned ? TS_PACKET_SIZE - header->payload_at : 0);
}

void
ts_es_finish(TsAnalyser *analyser)
{
    for (size_t i = 0; i < analyser->n_pids; i++) {
        TsEs *es = analyser->pids[analyser->order[i]]->es;
        const TsPid *pid = es ? pcr_pid_of(analyser, es) : NULL;

        if (pid && pid->clock && pid->clock_gaps == analyser->gaps)
            ts_pes_watch_finish(&es->watch, pid->clock);
    }
}

void
ts_es_tick(TsAnalyser *analyser)
{
    for (size_t i = 0; i < analyser->n_pids; i++) {
        TsPid *pid = analyser->pids[analyser->order[i]];

        if (!pid->es || !pid->es->judged || !pid->es->watch.known)
            continue;
        const TsClock *clock = clock_of(analyser, pid->es);

        if (!clock)
            continue;
        const TsClockTime moment = moment_at(analyser, clock, clock->index);

        if (ts_pes_watch_look(&pid->es->watch, &moment))
            ts_hit(analyser, pid, TS_INDICATOR_PTS);
    }
}
