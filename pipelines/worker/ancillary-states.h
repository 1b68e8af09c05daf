/* Whether captions and cues that a channel usually carries have stopped. Pure.
 *
 * What never came is not missed. How far cues lie apart is learned while the worker lives: the
 * longest of at least CUES_LEARNED gaps. */
#pragma once

#include <stdint.h>

#include "pipelines/base/units.h"

#define CAPTIONS_PAUSE_US (60 * US_PER_SECOND) /* shorter ones are no news */
#define CUES_LEARNED      8u                   /* gaps until one is known */
#define CUES_GAPS         2.0 /* longest gaps without a cue until they are missing */

/* What rides along with a service, all its components together. */
typedef struct {
    uint64_t captions;  /* characters and subtitles that were shown, since measuring began */
    MonoUs captions_us; /* arrival of the last; 0: none yet */
    uint64_t cues;      /* of SCTE 35, repeats and heartbeats aside */
    MonoUs cue_us;      /* arrival of the last; 0: none yet */
} AncillaryFacts;

/* How far cues lie apart; all-zero is the initial state. */
typedef struct {
    uint64_t cues;
    MonoUs last_us;
    int64_t longest_us;
    unsigned n; /* gaps */
} CueGaps;
