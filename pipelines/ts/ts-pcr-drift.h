/* A clock against the arrival of its PCRs: overall jitter, frequency offset and drift rate
 * (TR 101 290 annex I: PCR_OJ, PCR_FO, PCR_DR). Pure. Means something for a live input alone.
 *
 * A loop of second order follows the phase between PCR and arrival. What it follows is offset and
 * drift; what it cannot follow is jitter. The corner between the two is the profile MGF1 of the
 * annex, 10 mHz. It would take minutes to lock by itself: what it starts from is the straight line
 * of least squares through the first TS_DRIFT_LOCK_US. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_DRIFT_CORNER_HZ 0.01
#define TS_DRIFT_SKIP_US   (1 * US_PER_SECOND) /* buffers that run empty at the start of an input */
#define TS_DRIFT_LOCK_US   (40 * US_PER_SECOND) /* before that there is no figure */
#define TS_DRIFT_WINDOW_US (10 * US_PER_SECOND) /* peaks of the jitter are taken over so long */

typedef struct {
    bool begun;
    bool locked;     /* the loop runs, and @offset and @drift hold */
    bool known;      /* @jitter_s holds, too */
    MonoUs begin_us; /* of the input; @since_us: of the line */
    MonoUs since_us;
    MonoUs last_us;
    int64_t last_ticks;
    double seen;            /* PCR ahead of arrival since the begin of the line, seconds */
    double n, t, p, tt, tp; /* sums for the line: seconds and @seen */
    double phase;           /* followed */
    double offset;          /* followed: seconds a second */
    double drift;           /* smoothed change of @offset, a second */
    MonoUs window_us;
    double low;      /* least jitter in this window, seconds */
    double high;     /* greatest */
    double jitter_s; /* peak to peak of the last full window */
} TsPcrDrift;        /* all-zero is the initial state */

/* Takes a PCR, unwrapped, with its arrival. */
void ts_pcr_drift_take(TsPcrDrift *drift, int64_t ticks, MonoUs arrival_us);

/* The clock jumped or packets are missing: begins anew. */
void ts_pcr_drift_break(TsPcrDrift *drift);
