/* A PCR came: what it says of its clock, and of the packets since the one before. */
#include "pipelines/ts/ts-analyser-private.h"
#include "pipelines/ts/ts-es.h"

static void
hit_clock(TsAnalyser *analyser, TsPid *pid, TsStep step)
{
    if (step < TS_STEP_JUMP)
        return;
    ts_judged(analyser, pid, TS_INDICATOR_PCR);
    ts_judged(analyser, pid, TS_INDICATOR_PCR_REPETITION);
    ts_judged(analyser, pid, TS_INDICATOR_PCR_DISCONTINUITY);
    if (step == TS_STEP_GOOD)
        return;
    ts_hit(analyser, pid, TS_INDICATOR_PCR);
    ts_hit(analyser, pid,
           step == TS_STEP_LATE ? TS_INDICATOR_PCR_REPETITION : TS_INDICATOR_PCR_DISCONTINUITY);
}

static void
hit_accuracy(TsAnalyser *analyser, TsPid *pid)
{
    const int64_t off_ns = pid->clock->figures.accuracy_ns;

    if (!pid->clock->judged)
        return;
    ts_judged(analyser, pid, TS_INDICATOR_PCR_ACCURACY);
    if (off_ns > TS_PCR_ACCURACY_NS || off_ns < -TS_PCR_ACCURACY_NS)
        ts_hit(analyser, pid, TS_INDICATOR_PCR_ACCURACY);
}

/* The figures that ts-analyser.h shows of a PID. */
static void
show_clock(TsPidInfo *info, const TsClockFigures *figures)
{
    info->pcr_count = figures->count;
    info->pcr_late = figures->late;
    info->pcr_jumps = figures->jumps;
    info->pcr_interval_us = figures->interval_us;
    info->pcr_interval_max_us = figures->interval_max_us;
}

static void
hit_buffers(const TsStdService *service, size_t slot, unsigned found, void *user_data)
{
    TsAnalyser *analyser = user_data;
    TsPid *pid = analyser->pids[service->pids[slot]];

    if (!pid)
        return;
    if (found & (TS_STD_OVERFLOW | TS_STD_UNDERFLOW))
        ts_hit(analyser, pid, TS_INDICATOR_BUFFER);
    if (found & TS_STD_NEVER_EMPTY)
        ts_hit(analyser, pid, TS_INDICATOR_EMPTY_BUFFER);
    if (found & TS_STD_DELAY)
        ts_hit(analyser, pid, TS_INDICATOR_DATA_DELAY);
}

static void
note_judged(TsAnalyser *analyser, const TsStdService *service)
{
    for (size_t slot = 0; slot < service->n_buffers; slot++) {
        const TsStdBuffer *buffer = &service->buffers[slot];
        TsPid *pid = analyser->pids[service->pids[slot]];

        if (!pid || !buffer->known || buffer->ticks < 0)
            continue;
        ts_judged(analyser, pid, TS_INDICATOR_EMPTY_BUFFER);
        if (slot == TS_STD_SYSTEM || buffer->figures.units > 0)
            ts_judged(analyser, pid, TS_INDICATOR_BUFFER);
        if (buffer->figures.units > 0)
            ts_judged(analyser, pid, TS_INDICATOR_DATA_DELAY);
    }
}

static void
play_buffers(TsAnalyser *analyser, const TsPid *pid)
{
    for (size_t i = 0; i < analyser->std.n; i++) {
        TsStdService *service = analyser->std.services[i];
        TsStdModel tables;

        if (service->pcr_pid != pid->info.pid)
            continue;
        ts_std_system_model(pid->clock->figures.rate_bps, &tables);
        ts_std_buffer_set(&service->buffers[TS_STD_SYSTEM], &tables);
        ts_std_play(service, pid->clock, hit_buffers, analyser);
        note_judged(analyser, service);
    }
}

/* Time stamps since the PCR before can be compared with the clock now. */
static void
compare_stamps(TsAnalyser *analyser, const TsPid *pid)
{
    for (size_t i = 0; i < analyser->tables.n_services; i++) {
        const TsService *service = &analyser->tables.services[i]->service;

        if (service->pcr_pid != pid->info.pid)
            continue;
        for (size_t n = 0; n < service->n_components; n++) {
            const TsPid *other = analyser->pids[service->components[n].pid];

            if (other && other->es && other->es->pcr_pid == pid->info.pid)
                ts_pes_watch_clock(&other->es->watch, pid->clock);
        }
    }
}

static bool
is_clock_of_service(const TsAnalyser *analyser, uint16_t pid)
{
    for (size_t i = 0; i < analyser->tables.n_services; i++)
        if (analyser->tables.services[i]->service.pcr_pid == pid)
            return true;
    return false;
}

/* Damage makes a PCR on any PID: clocks that no service goes by are few. */
static bool
make_clock(TsAnalyser *analyser, TsPid *pid)
{
    if (analyser->n_clocks >= TS_CLOCKS_FREE_MAX && !is_clock_of_service(analyser, pid->info.pid)) {
        analyser->tables.refused++;
        return false;
    }
    analyser->n_clocks++;
    pid->clock = g_new0(TsClock, 1);
    return true;
}

void
ts_es_clock(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    if (!pid->clock && !make_clock(analyser, pid))
        return;
    const TsPcrSample sample = {
        .pcr = ts_header_pcr(header),
        .index = ts_packet_index(analyser),
        .arrival_us = analyser->now_us,
        .announced = header->discontinuity != 0,
        .broken = pid->pcr_broken,
        .gap = pid->clock_gaps != analyser->gaps,
    };
    const TsStep step = ts_clock_take(pid->clock, &sample);

    pid->pcr_broken = false;
    pid->clock_gaps = analyser->gaps;
    show_clock(&pid->info, &pid->clock->figures);
    hit_clock(analyser, pid, step);
    hit_accuracy(analyser, pid);
    compare_stamps(analyser, pid);
    play_buffers(analyser, pid);
}
