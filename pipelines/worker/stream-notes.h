/* What a channel's stream told since the last look, as notes for the supervisor: changes of its
 * tables, messages of SCTE 35, changes of its sender. Pure: what was measured and the times are
 * arguments. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "pipelines/contract/message.h"
#include "pipelines/ts/ip-flow.h"
#include "pipelines/ts/ts-analyser.h"

#define STREAM_NOTES_CUES 8u /* PIDs with SCTE-35 messages of one service; others are not told */

#define STREAM_NOTES_CHANGES 5u /* SSRC, payload type, DSCP, TTL, source; of each leg */

/* How far each source of notes was read. */
typedef struct {
    uint64_t number; /* of the last note */
    uint64_t events; /* number of the last event of the tables */
    struct {
        uint16_t pid;   /* 0: free */
        uint64_t entry; /* number of the last entry of its log */
    } cues[STREAM_NOTES_CUES];
    uint64_t changes[IP_LEGS][STREAM_NOTES_CHANGES]; /* changes of the sender that were told */
} StreamNotes;                                       /* all-zero is the initial state */

/**
 * stream_notes_read:
 * @flow: figures of the input
 * @service_id: of the channel, 0 for the first of the PAT
 * @to_wall_us: wall time of an instant minus its MonoUs
 * @ret_notes: (out): MESSAGE_MAX_NOTES entries; their texts are to be freed
 *
 * What does not fit is left for the next look.
 *
 * Returns: how many it wrote
 */
size_t stream_notes_read(StreamNotes *notes,
                         const TsAnalyser *analyser,
                         const IpFigures *flow,
                         uint16_t service_id,
                         int64_t to_wall_us,
                         StreamNote *ret_notes);
