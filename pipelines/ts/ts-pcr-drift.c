/* Phase, frequency and the change of frequency, each from the one before. */
#include "pipelines/ts/ts-pcr-drift.h"

#include <math.h>

#define DAMPING     0.7071
#define TICKS_PER_S 27e6
#define EARLY_TURNS                                                                                \
    0.39 /* corner while young, turns in the time gone by: as least squares have it */
#define TWO_PI 6.283185307179586

static void
begin(TsPcrDrift *drift, int64_t ticks, MonoUs arrival_us)
{
    *drift = (TsPcrDrift){
        .begun = true,
        .begin_us = arrival_us,
        .last_us = arrival_us,
        .last_ticks = ticks,
        .window_us = arrival_us,
    };
}

/* Follows for @dt_s. Returns: what was not followed, seconds */
static double
follow(TsPcrDrift *drift, double dt_s, double age_s)
{
    const double corner_hz = fmax(TS_DRIFT_CORNER_HZ, EARLY_TURNS / age_s);
    const double omega = TWO_PI * corner_hz;
    const double step = fmin(omega * dt_s, 0.5); /* a pause must not throw the loop */

    drift->phase += drift->offset * dt_s;
    const double off = drift->seen - drift->phase;
    const double change = omega * step * off;

    drift->phase += 2 * DAMPING * step * off;
    drift->offset += change;
    drift->drift += step / 4 * (change / dt_s - drift->drift);
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
    drift->low = off;
    drift->high = off;
    drift->window_us = drift->last_us;
    drift->known = drift->last_us - drift->begin_us >= TS_DRIFT_KNOWN_US;
}

void
ts_pcr_drift_take(TsPcrDrift *drift, int64_t ticks, MonoUs arrival_us)
{
    if (!drift->begun) {
        begin(drift, ticks, arrival_us);
        return;
    }
    const double dt_s = (double)(arrival_us - drift->last_us) / (double)US_PER_SECOND;

    if (dt_s <= 0) /* of the same datagram: no news by arrival */
        return;
    drift->seen += (double)(ticks - drift->last_ticks) / TICKS_PER_S - dt_s;
    drift->last_us = arrival_us;
    drift->last_ticks = ticks;
    note_peaks(drift,
               follow(drift, dt_s, (double)(arrival_us - drift->begin_us) / (double)US_PER_SECOND));
}

void
ts_pcr_drift_break(TsPcrDrift *drift)
{
    drift->begun = false;
    drift->known = false;
}
