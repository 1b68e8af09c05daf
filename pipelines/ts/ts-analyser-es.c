/* What is read of the elementary streams: those that a PMT names. */
#include "pipelines/ts/ts-analyser-private.h"

struct TsEs {
    TsComponent component; /* as the PMT has it */
};

void
ts_es_free(TsEs *es)
{
    g_free(es);
}

void
ts_es_follow(TsAnalyser *analyser)
{
}

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

void
ts_es_clock(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
    if (!pid->clock)
        pid->clock = g_new0(TsClock, 1);
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
}

void
ts_es_packet(TsAnalyser *analyser, TsPid *pid, const TsHeader *header)
{
}

void
ts_es_section(TsAnalyser *analyser, TsPid *pid, const uint8_t *section, size_t size)
{
}
