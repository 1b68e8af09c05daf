/* Phase, frequency and the change of frequency, each from the one before. */
#include "pipelines/ts/ts-pcr-drift.h"

#include <math.h>

#define DAMPING     0.7071
#define TICKS_PER_S 27e6
#define OMEGA       (2 * 3.141592653589793 * TS_DRIFT_CORNER_HZ)
#define DRIFT_SHARE 0.25 /* the drift is smoothed with a corner that much lower */

static double
seconds(int64_t us)
{
    return (double)us / (double)US_PER_SECOND;
}

/* Begins the line. */
static void
begin(TsPcrDrift *drift, int64_t ticks, MonoUs arrival_us, MonoUs begin_us)
{
    *drift = (TsPcrDrift){
        .begun = true,
        .begin_us = begin_us,
        .since_us = arrival_us,
        .last_us = arrival_us,
        .last_ticks = ticks,
    };
}

static void
add_to_line(TsPcrDrift *drift)
{
    const double t = seconds(drift->last_us - drift->since_us);

    drift->n++;
    drift->t += t;
    drift->p += drift->seen;
    drift->tt += t * t;
    drift->tp += t * drift->seen;
}

/* The loop starts from the end of the line. */
static void
lock(TsPcrDrift *drift)
{
    const double spread = drift->n * drift->tt - drift->t * drift->t;

    if (spread <= 0)
        return;
    drift->offset = (drift->n * drift->tp - drift->t * drift->p) / spread;
    drift->phase = (drift->p - drift->offset * drift->t) / drift->n +
                   drift->offset * seconds(drift->last_us - drift->since_us);
    drift->low = drift->high = drift->seen - drift->phase;
    drift->window_us = drift->last_us;
    drift->locked = true;
}

/* Follows for @dt_s. Returns: what was not followed, seconds */
static double
follow(TsPcrDrift *drift, double dt_s)
{
    const double step = fmin(OMEGA * dt_s, 0.5); /* a pause must not throw the loop */

    drift->phase += drift->offset * dt_s;
    const double off = drift->seen - drift->phase, change = OMEGA * step * off;

    drift->phase += 2 * DAMPING * step * off;
    drift->offset += change;
    drift->drift += DRIFT_SHARE * step * (change / dt_s - drift->drift);
    return off;
}

static void
note_peaks(TsPcrDrift *drift, double off)
{
    drift->low = fmin(drift->low, off);
    drift->high = fmax(drift->high, off);
    if (drift->last_us - drift->window_us < TS_DRIFT_WINDOW_US)
        return;
    drift->jitter_s = drift->high - drift->low;
    drift->known = true;
    drift->low = off;
    drift->high = off;
    drift->window_us = drift->last_us;
}

void
ts_pcr_drift_take(TsPcrDrift *drift, int64_t ticks, MonoUs arrival_us)
{
    if (!drift->begun || (!drift->locked && arrival_us - drift->begin_us < TS_DRIFT_SKIP_US)) {
        begin(drift, ticks, arrival_us, drift->begun ? drift->begin_us : arrival_us);
        return;
    }
    const double dt_s = seconds(arrival_us - drift->last_us);

    if (dt_s <= 0) /* of the same datagram: no news by arrival */
        return;
    drift->seen += (double)(ticks - drift->last_ticks) / TICKS_PER_S - dt_s;
    drift->last_us = arrival_us;
    drift->last_ticks = ticks;
    if (drift->locked) {
        note_peaks(drift, follow(drift, dt_s));
        return;
    }
    add_to_line(drift);
    if (arrival_us - drift->since_us >= TS_DRIFT_LOCK_US)
        lock(drift);
}

void
ts_pcr_drift_break(TsPcrDrift *drift)
{
    *drift = (TsPcrDrift){0};
}
