/* A clock against the arrival of its PCRs: overall jitter, frequency offset and drift rate
 * (TR 101 290 annex I: PCR_OJ, PCR_FO, PCR_DR). Pure. Means something for a live input alone.
 *
 * A loop of second order follows the phase between PCR and arrival. What it follows is offset and
 * drift; what it cannot follow is jitter. The corner between the two is the profile MGF1 of the
 * annex, 10 mHz; until 40 s have gone by it lies higher, so that there is a figure early. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_DRIFT_CORNER_HZ 0.01
#define TS_DRIFT_KNOWN_US  (30 * US_PER_SECOND) /* before that there is no figure */
#define TS_DRIFT_WINDOW_US (10 * US_PER_SECOND) /* peaks of the jitter are taken over so long */

typedef struct {
    bool begun;
    MonoUs begin_us;
    MonoUs last_us;
    int64_t last_ticks;
    double phase;  /* followed: PCR ahead of arrival since the begin, seconds */
    double offset; /* followed: seconds a second */
    double drift;  /* smoothed change of @offset, a second */
    double seen;   /* phase as it came */
    MonoUs window_us;
    double low;      /* least jitter in this window, seconds */
    double high;     /* greatest */
    double jitter_s; /* peak to peak of the last full window */
    bool known;
} TsPcrDrift; /* all-zero is the initial state */

/* Takes a PCR, unwrapped, with its arrival. */
void ts_pcr_drift_take(TsPcrDrift *drift, int64_t ticks, MonoUs arrival_us);

/* The clock jumped or packets are missing: begins anew. */
void ts_pcr_drift_break(TsPcrDrift *drift);
