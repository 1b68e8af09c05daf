/* Each time stamp against the one before, and against the clock. */
#include "pipelines/ts/ts-pes-watch.h"

#define TICKS_PER_90K INT64_C(300)

static int64_t
us_of_90k(int64_t ticks)
{
    return ticks * 100 / 9;
}

static void
note(int64_t value, bool first, int64_t *low, int64_t *high)
{
    if (first || value < *low)
        *low = value;
    if (first || value > *high)
        *high = value;
}

/* Returns: how far @pts is ahead */
static int64_t
note_ahead(TsStampFigures *figures, Pts90 pts, const TsClockTime *moment)
{
    const int64_t ticks = pts90_distance(moment->pcr / (Pcr27)TICKS_PER_90K, pts) * TICKS_PER_90K -
                          (int64_t)(moment->pcr % (Pcr27)TICKS_PER_90K);
    const int64_t ahead_us = ticks / (int64_t)PCR27_PER_US;

    note(ahead_us, !figures->ahead_known, &figures->ahead_min_us, &figures->ahead_max_us);
    figures->ahead_known = true;
    figures->ahead_us = ahead_us;
    figures->late += ticks < 0;
    return ahead_us;
}

static bool
same_clock(const TsClockTime *one, const TsClockTime *two)
{
    return one->clocked && two->clocked && one->epoch == two->epoch;
}

/* From the last PTS to @moment, by the clock that both have. */
static int64_t
passed_us(const TsPesWatch *watch, const TsClockTime *moment)
{
    return (moment->ticks - watch->at.ticks) / (int64_t)PCR27_PER_US;
}

/* The next PTS is later than the last by @us, or must be. Returns: whether that is an error */
static bool
too_long(TsPesWatch *watch, int64_t us)
{
    if (us <= TS_PTS_LIMIT_US || watch->told)
        return false;
    watch->told = true;
    watch->long_run++;
    if (!watch->regular || watch->long_run >= TS_PTS_STILLS)
        return false;
    watch->figures.repetition_errors++;
    return true;
}

/* From one time base to another a step by value means nothing, however short it is. */
static bool
is_jump(const TsPesWatch *watch, const TsClockTime *moment, int64_t step_us)
{
    if (watch->at.clocked && moment->clocked && watch->at.epoch != moment->epoch)
        return true;
    if (!same_clock(&watch->at, moment))
        return step_us < 0 || step_us > TS_PTS_UNTIMED_US;
    return step_us < 0 || step_us - passed_us(watch, moment) > TS_PTS_JUMP_US;
}

/* Returns: whether the PTS was late */
static bool
note_steps(TsPesWatch *watch, const PesHeader *header, const TsClockTime *moment, bool judge)
{
    TsStampFigures *figures = &watch->figures;
    const int64_t step_us = us_of_90k(pts90_distance(watch->dts, header->dts));
    const bool first = watch->steps == 0;

    if (is_jump(watch, moment, step_us)) {
        figures->jumps++;
        return false;
    }
    figures->pts_last_us = us_of_90k(pts90_distance(watch->pts, header->pts));
    figures->dts_last_us = step_us;
    note(figures->pts_last_us, first, &figures->pts_min_us, &figures->pts_max_us);
    note(step_us, first, &figures->dts_min_us, &figures->dts_max_us);
    watch->steps++;
    const bool late = judge && watch->at.gaps == moment->gaps && too_long(watch, step_us);

    if (step_us <= TS_PTS_LIMIT_US) {
        watch->regular = true;
        watch->long_run = 0;
    }
    return late;
}

bool
ts_pes_watch_unit(TsPesWatch *watch, const PesHeader *header, const TsClockTime *moment, bool judge)
{
    bool late = false;

    watch->figures.starts++;
    watch->figures.scrambled += header->scrambled;
    if (header->pts == PTS90_MODULUS)
        return false;
    watch->figures.pts_count++;
    watch->figures.dts_count += header->own_dts;
    if (watch->known)
        late = note_steps(watch, header, moment, judge);
    watch->ahead_us = 0;
    if (moment->clocked)
        watch->ahead_us = note_ahead(&watch->figures, header->pts, moment);
    watch->known = true;
    watch->told = false;
    watch->pts = header->pts;
    watch->dts = header->dts;
    watch->at = *moment;
    return late;
}

bool
ts_pes_watch_look(TsPesWatch *watch, const TsClockTime *moment)
{
    if (!watch->known || !same_clock(&watch->at, moment) || watch->at.gaps != moment->gaps)
        return false;
    if (watch->ahead_us < 0)
        return false;
    return too_long(watch, passed_us(watch, moment) - watch->ahead_us);
}

void
ts_pes_watch_break(TsPesWatch *watch)
{
    watch->known = false;
    watch->told = false;
}
