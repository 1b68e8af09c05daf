/* What a channel's stream told since the last look, as notes for the supervisor: changes of its
 * tables, messages of SCTE 35. Pure: the analyser and the times are arguments. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "pipelines/contract/message.h"
#include "pipelines/ts/ts-analyser.h"

#define STREAM_NOTES_CUES 8u /* PIDs with SCTE-35 messages of one service; others are not told */

/* How far each source of notes was read. */
typedef struct {
    uint64_t number; /* of the last note */
    uint64_t events; /* number of the last event of the tables */
    struct {
        uint16_t pid;   /* 0: free */
        uint64_t entry; /* number of the last entry of its log */
    } cues[STREAM_NOTES_CUES];
} StreamNotes; /* all-zero is the initial state */

/**
 * stream_notes_read:
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
                         uint16_t service_id,
                         int64_t to_wall_us,
                         StreamNote *ret_notes);
