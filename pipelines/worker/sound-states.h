/* Which conditions hold on each stream of sound of a channel, and on all of them together. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/condition.h"
#include "pipelines/contract/message.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/gantry-sound-meter.h"
#include "pipelines/worker/lip-sync.h"

#define LOUDNESS_SOUND_S 600.0 /* of sound, before the hour's loudness is judged */

/* What a stream of its own can suffer from. */
typedef enum {
    STREAM_SILENT,
    STREAM_INVERTED,
    STREAM_CLIPPED,
    STREAM_PEAK_HIGH,
    STREAM_LOUDNESS,
    STREAM_LIP_SYNC,
    STREAM_MISSING,
    STREAM_FAULTS, /* how many there are */
} StreamFault;

/* What is known of the stream of one slot. */
typedef struct {
    uint16_t pid;     /* 0: none */
    uint16_t picture; /* PID of the video that it was compared with */
    MonoUs listed_us; /* when it was first seen under this PID */
    Condition conditions[STREAM_FAULTS];
    double values[STREAM_FAULTS]; /* in the unit of the fault, as last measured */
    MonoUs skew_us;               /* when the last sample of @sync was taken */
    LipSync sync;
} StreamStates; /* all-zero is the initial state */

/* What a stream is judged by; no-ref. */
typedef struct {
    const SoundFigures *sound; /* NULL: there is no such stream */
    const EsFigures *es;       /* not NULL where @sound is not */
    int64_t skew_us;           /* how far it is sent ahead of the picture; INT64_MIN: unknown */
} AudioFacts;

/* Writes the known states of one stream into @ret_states, of STREAM_FAULTS entries. Returns: how
 * many */
size_t stream_states_list(const StreamStates *states, FaultState *ret_states);
