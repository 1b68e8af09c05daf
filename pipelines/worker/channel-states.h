/* Which conditions hold on one channel, by what was measured. Pure: facts and time are arguments.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/condition.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/limit-list.h"
#include "pipelines/contract/message.h"
#include "pipelines/elements/es-components.h"
#include "pipelines/elements/gantry-es-cutter.h"
#include "pipelines/elements/gantry-picture-meter.h"
#include "pipelines/elements/gantry-sound-meter.h"
#include "pipelines/elements/gantry-udp-source.h"
#include "pipelines/ts/ip-flow.h"
#include "pipelines/ts/ts-analyser.h"
#include "pipelines/worker/ancillary-states.h"
#include "pipelines/worker/sound-states.h"

#define STATES_START_US       (1 * US_PER_SECOND) /* a group takes a while to join */
#define STATES_RATE_US        (3 * US_PER_SECOND) /* after a change, until the new rate is measured */
#define STATES_UNDECODABLE_US (10 * US_PER_SECOND) /* or three times the key interval */
#define STATES_MAX            (FAULT_NUMBER_MAX + 1)

/* Values of FAULT_PICTURE_FROZEN: how the picture stands. */
#define STATES_FREEZE_NOISE  0.0
#define STATES_FREEZE_EXACT  1.0
#define STATES_FREEZE_NO_PTS 2.0

typedef struct {
    Condition conditions[STATES_MAX]; /* by FaultId */
    double values[STATES_MAX];        /* what was measured, at the last change */
    MonoUs video_since_us;            /* when video was first there after it was not */
    MonoUs rate_off_us;               /* since when the frame rate is not the signalled; 0: it is */
    StreamStates streams[ES_AUDIO_MAX]; /* of sound, by slot */
    CueGaps cue_gaps;
} ChannelStates; /* all-zero is the initial state */

/* Everything that the states of a channel are judged by; no-ref. */
typedef struct {
    MonoUs now_us;
    MonoUs seen_us;    /* up to when the input was looked at; not after @now_us */
    MonoUs started_us; /* when measuring began */
    const UdpSourceFigures *source;
    const IpFigures *ip;
    const TsState *ts;
    const TsIndicatorState *indicators; /* TS_INDICATOR_COUNT of them */
    const EsFigures *video;
    const PictureFigures *picture;
    double signalled_hz;             /* pictures a second as the stream says; 0 while it does not */
    bool interlaced;                 /* as the stream says */
    AudioFacts audios[ES_AUDIO_MAX]; /* by slot */
    const AncillaryFacts *ancillary; /* (nullable): nothing is known of it */
    Sampling sampling;
    const Limits *limits; /* (nullable): as shipped */
} ChannelFacts;

/* Brings @states up to @facts. Writes into @ret_edges, of STATES_MAX entries, what changed or
 * became known. Returns: how many did */
size_t
channel_states_judge(ChannelStates *states, const ChannelFacts *facts, FaultState *ret_edges);

/* Writes every known state into @ret_states, of STATES_MAX entries. Returns: how many */
size_t channel_states_list(const ChannelStates *states, FaultState *ret_states);
