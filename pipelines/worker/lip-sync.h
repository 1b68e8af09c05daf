/* Whether sound has moved against the picture since it was first seen. Pure: one sample a second
 * comes in.
 *
 * A sample is how far sound is sent ahead of the picture by their PTS. It moves all the time, as an
 * encoder's buffer fills and empties; what counts is the middle of half a minute against the middle
 * of the first half minute, and only where the samples lie closer together than what is to be seen.
 * A shift that was there from the beginning cannot be seen. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"

#define LIP_SYNC_SAMPLES  30u
#define LIP_SYNC_EARLY_US (90 * US_PER_MS)  /* ITU-R BT.1359: acceptable up to here */
#define LIP_SYNC_LATE_US  (185 * US_PER_MS) /* the same, sound behind the picture */

/* All-zero is the initial state, and begins learning anew. */
typedef struct {
    int64_t samples_us[LIP_SYNC_SAMPLES]; /* a ring */
    uint64_t n_samples;
    int64_t learnt_us; /* the middle of the first LIP_SYNC_SAMPLES */
    bool judged;       /* @drift_us means something */
    int64_t drift_us;  /* positive: sound is early */
    MonoUs
        beyond_us; /* since when single samples are beyond half the limits; 0: the last was not */
    Condition shifted; /* the drift is beyond the limits */
} LipSync;

/* Takes a sample at @at_us. */
void lip_sync_add(LipSync *sync, int64_t skew_us, MonoUs at_us);
