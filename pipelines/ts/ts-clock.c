/* Rules of TR 101 290 2.3; a rate from packets between PCRs. */
#include "pipelines/ts/ts-clock.h"

#define AGREE_US       (50 * US_PER_MS) /* clock and arrival saying the same: a pause, not a jump */
#define RATE_TICKS     (US_PER_SECOND * (int64_t)PCR27_PER_US) /* a rate is taken over so much */
#define PACKET_BITS    (TS_PACKET_SIZE * 8.0)
#define AHEAD_MAX      (INT64_C(3600) * RATE_TICKS) /* from the last PCR, at most */
#define STEP_TICKS_MAX (INT64_C(10) * RATE_TICKS)   /* a longer step is no step of this time base */

static const int64_t bin_limits_us[TS_PCR_BINS] = {
    5 * US_PER_MS,  10 * US_PER_MS, 20 * US_PER_MS,  30 * US_PER_MS,  40 * US_PER_MS,
    60 * US_PER_MS, 80 * US_PER_MS, 100 * US_PER_MS, 150 * US_PER_MS, US_NEVER,
};

int64_t
ts_pcr_bin_limit_us(unsigned bin)
{
    return bin_limits_us[bin < TS_PCR_BINS ? bin : TS_PCR_BINS - 1];
}

static const int64_t accuracy_limits_ns[TS_ACCURACY_BINS] = {
    20, 50, 100, 200, 300, 400, TS_PCR_ACCURACY_NS, 1000, 2000, 5000, 20000, INT64_MAX,
};

int64_t
ts_accuracy_bin_limit_ns(unsigned bin)
{
    return accuracy_limits_ns[bin < TS_ACCURACY_BINS ? bin : TS_ACCURACY_BINS - 1];
}

/* Whether the clock moved on as far as the packets are apart: the stream paused, the clock is
 * right. Forward only. */
static bool
arrival_agrees(int64_t step_us, int64_t apart_us)
{
    const int64_t difference = step_us - apart_us;

    return difference > -AGREE_US && difference < AGREE_US;
}

static TsStep
judge(const TsClock *clock, const TsPcrSample *sample, int64_t step_us)
{
    if (!clock->begun)
        return TS_STEP_FIRST;
    if (sample->announced)
        return TS_STEP_ANNOUNCED;
    if (sample->broken)
        return TS_STEP_BROKEN;
    if (step_us <= TS_PCR_INTERVAL_US)
        return TS_STEP_GOOD;
    return arrival_agrees(step_us, sample->arrival_us - clock->arrival_us) ? TS_STEP_LATE
                                                                           : TS_STEP_JUMP;
}

static void
note_interval(TsClock *clock, int64_t step_us)
{
    TsClockFigures *figures = &clock->figures;
    unsigned bin = 0;

    while (step_us > bin_limits_us[bin])
        bin++;
    figures->bins[bin]++;
    figures->slow += step_us > TS_PCR_ADVISED_US;
    figures->interval_us = step_us;
    if (figures->interval_min_us == 0 || step_us < figures->interval_min_us)
        figures->interval_min_us = step_us;
    if (step_us > figures->interval_max_us)
        figures->interval_max_us = step_us;
    if (step_us > clock->max_us)
        clock->max_us = step_us;
}

static void
note_rate(TsClock *clock, uint64_t packets, int64_t step)
{
    if (packets == 0)
        return;
    clock->per_packet = (double)step / (double)packets;
    clock->rate_packets += packets;
    clock->rate_ticks += step;
    if (clock->rate_ticks < RATE_TICKS)
        return;
    clock->figures.rate_bps =
        (double)clock->rate_packets * PACKET_BITS * (double)RATE_TICKS / (double)clock->rate_ticks;
    clock->rate_packets = 0;
    clock->rate_ticks = 0;
}

static void
note_accuracy(TsClock *clock, uint64_t index)
{
    TsClockFigures *figures = &clock->figures;
    unsigned bin = 0;
    int64_t off_ns;

    clock->judged = ts_pcr_fit_take(&clock->fit, index, clock->ticks, &off_ns) == TS_FIT_JUDGED;
    if (!clock->judged)
        return;
    while ((off_ns < 0 ? -off_ns : off_ns) > accuracy_limits_ns[bin])
        bin++;
    figures->accuracy_bins[bin]++;
    figures->accuracy_judged++;
    figures->accuracy_ns = off_ns;
    figures->accuracy_errors += off_ns > TS_PCR_ACCURACY_NS || off_ns < -TS_PCR_ACCURACY_NS;
    if (off_ns < figures->accuracy_min_ns)
        figures->accuracy_min_ns = off_ns;
    if (off_ns > figures->accuracy_max_ns)
        figures->accuracy_max_ns = off_ns;
}

/* What was learned of the way from packets to time no longer holds. */
static void
forget(TsClock *clock)
{
    ts_pcr_fit_break(&clock->fit);
    clock->rate_packets = 0;
    clock->rate_ticks = 0;
    clock->judged = false;
}

/* A step within one time base, which packets may be missing in. */
static void
move_on(TsClock *clock, const TsPcrSample *sample, int64_t step)
{
    clock->ticks += step;
    if (sample->gap || sample->broken)
        forget(clock);
    else
        note_rate(clock, sample->index - clock->index, step);
    note_accuracy(clock, sample->index);
    ts_pcr_drift_take(&clock->drift, clock->ticks, sample->arrival_us);
}

static void
begin_epoch(TsClock *clock, const TsPcrSample *sample)
{
    clock->epoch++;
    clock->ticks = 0;
    clock->per_packet = 0;
    forget(clock);
    ts_pcr_drift_break(&clock->drift);
    note_accuracy(clock, sample->index);
    ts_pcr_drift_take(&clock->drift, clock->ticks, sample->arrival_us);
}

TsStep
ts_clock_take(TsClock *clock, const TsPcrSample *sample)
{
    const int64_t step = (int64_t)pcr27_distance(clock->pcr, sample->pcr);
    /* Rounded up, so that a step of more than the limit by one tick is more in microseconds. */
    const int64_t step_us = (step + (int64_t)PCR27_PER_US - 1) / (int64_t)PCR27_PER_US;
    const TsStep answer = judge(clock, sample, step_us);

    clock->figures.count++;
    clock->figures.announced += sample->announced;
    clock->figures.late += answer == TS_STEP_LATE;
    clock->figures.jumps += answer == TS_STEP_JUMP;
    if (answer == TS_STEP_GOOD || answer == TS_STEP_LATE)
        note_interval(clock, step_us);
    if (answer >= TS_STEP_LATE || (answer == TS_STEP_BROKEN && step < STEP_TICKS_MAX))
        move_on(clock, sample, step);
    else
        begin_epoch(clock, sample);
    clock->steady = !sample->gap && !sample->broken;
    clock->pcr = sample->pcr;
    clock->arrival_us = sample->arrival_us;
    clock->index = sample->index;
    clock->begun = true;
    return answer;
}

void
ts_clock_roll(TsClock *clock)
{
    clock->second_us = clock->max_us;
    clock->max_us = 0;
}

/* From the last PCR to packet @index; negative before it. */
static int64_t
since_pcr(const TsClock *clock, uint64_t index)
{
    const double ticks = (double)(int64_t)(index - clock->index) * clock->per_packet;

    return ticks < (double)AHEAD_MAX ? (int64_t)ticks : AHEAD_MAX;
}

Pcr27
ts_clock_at(const TsClock *clock, uint64_t index)
{
    const int64_t pcr = (int64_t)clock->pcr + since_pcr(clock, index);

    return (Pcr27)(pcr < 0 ? pcr + (int64_t)PCR27_MODULUS : pcr) % PCR27_MODULUS;
}

int64_t
ts_clock_ticks_at(const TsClock *clock, uint64_t index)
{
    return clock->ticks + since_pcr(clock, index);
}

void
ts_clock_figures(const TsClock *clock, TsClockFigures *ret_figures)
{
    *ret_figures = clock->figures;
    ret_figures->kind = clock->fit.variable  ? TS_RATE_VARIABLE
                        : clock->fit.settled ? TS_RATE_CONSTANT
                                             : TS_RATE_UNKNOWN;
    ret_figures->arrival_known = clock->drift.known;
    ret_figures->jitter_ns = clock->drift.jitter_s * 1e9;
    ret_figures->offset_hz = clock->drift.offset * 27e6;
    ret_figures->drift_mhz_s = clock->drift.drift * 27e9;
}
