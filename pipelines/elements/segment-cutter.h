/* Where the packets of one service are cut into segments. Pure.
 *
 * A segment is cut at the first key frame after SEGMENT_LENGTH_US; with sound alone at the first
 * unit; without any key after SEGMENT_PATIENCE_US wherever it is. A segment that does not begin
 * with a key frame ends at the first one. Whether a unit is one shows in its first packet, or in a
 * later one: the cut then lies behind. Arrival is what counts, as time stamps may be wrong. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/ts/ts-head.h"

#define SEGMENT_LENGTH_US   (6 * US_PER_SECOND)
#define SEGMENT_PATIENCE_US (12 * US_PER_SECOND)
#define SEGMENT_PAUSE_US    (2 * US_PER_SECOND) /* silence that ends a segment */

typedef enum {
    SEGMENT_CUT_NONE,
    SEGMENT_CUT_HERE,  /* before this packet */
    SEGMENT_CUT_MAYBE, /* perhaps before this packet: remember where it lies */
    SEGMENT_CUT_THERE, /* before the packet that was to be remembered */
} SegmentCut;

typedef struct {
    uint16_t pid;  /* that is cut at; TS_PID_NULL: none */
    TsCodec codec; /* of it */
    bool video;

    bool begun;       /* a segment is being filled */
    bool key;         /* which began with a key frame, or needs none */
    MonoUs began_us;  /* when */
    MonoUs packet_us; /* arrival of the last packets */

    bool looking;         /* @head is being filled */
    unsigned header_left; /* bytes of the PES header yet to pass over */
    TsHead head;
    Pts90 unit_pts; /* of the last unit begun; PTS90_MODULUS: none */
    Pts90 last_pts; /* of the unit before it */
} SegmentCutter;

void segment_cutter_init(SegmentCutter *cutter);

/* Cuts at units of @pid (TS_PID_NULL: by time) from now on. */
void segment_cutter_set(SegmentCutter *cutter, uint16_t pid, TsCodec codec);

/* Whether packets that came at @now_us must begin a new segment, whatever they are. */
bool segment_cutter_is_due(const SegmentCutter *cutter, MonoUs now_us);

/* Whether segment_cutter_take() needs to see @packet of the cutter's PID. */
static inline bool
segment_cutter_wants(const SegmentCutter *cutter, const uint8_t *packet)
{
    return (packet[1] & 0x40) != 0 || cutter->looking;
}

/* Takes @packet of the cutter's PID, which came at @now_us. */
SegmentCut segment_cutter_take(SegmentCutter *cutter, const uint8_t *packet, MonoUs now_us);

/* A segment was begun with what came at @now_us. */
void segment_cutter_begin(SegmentCutter *cutter, bool key, MonoUs now_us);

/* The remembered packet is out of reach: the unit is taken for no key frame. */
void segment_cutter_forget(SegmentCutter *cutter);
