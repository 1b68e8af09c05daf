/* One channel on its way into segments: which packets it takes, where it is cut, and the block that
 * is being filled. For the streaming thread alone. */
#pragma once

#include "pipelines/elements/segment-cutter.h"
#include "pipelines/elements/segment-services.h"
#include "pipelines/elements/segment-store.h"
#include "pipelines/elements/segment-tables.h"

#define SEGMENT_FLUSH_US US_PER_SECOND /* a block that is not full goes to disk after so long */

/* The packets in front of a segment. */
typedef struct {
    uint8_t bytes[SEGMENT_HEAD_MAX * TS_PACKET_SIZE];
    unsigned n;
} SegmentHead;

typedef struct {
    SegmentStore *store; /* no-ref */
    unsigned index;
    SegmentService service;
    SegmentCutter cutter;
    SegmentTable pat;
    SegmentTable pmt;
    uint8_t pat_counter; /* of the next PAT written here */

    SegmentBlock *block; /* owned; (nullable) */
    MonoUs block_us;     /* when its first packet came */
    bool must_begin;     /* the next block begins a segment, for want of one where it should have */
    size_t maybe_at;     /* where in @block the unit lies that may be a key frame */
    SegmentHead head;    /* what a segment that begins there has in front */
    MonoUs now_us;       /* arrival of the packets at hand */
    uint64_t lost;       /* packets left out since the last block */
    uint64_t lost_ever;
} SegmentLane;

void segment_lane_init(SegmentLane *lane, SegmentStore *store, unsigned index);

/* The tables say this of its service from now on. */
void segment_lane_follow(SegmentLane *lane, const SegmentService *service);

/* Packets follow that came at @now_us. */
void segment_lane_arrive(SegmentLane *lane, MonoUs now_us);

/* Takes @size bytes of packets of the whole input. */
void segment_lane_take_all(SegmentLane *lane, const uint8_t *packets, size_t size);

/* Takes one packet of its service, not of PID 0. */
void segment_lane_take(SegmentLane *lane, const uint8_t *packet);

/* Takes one packet of PID 0 of a multiplex, and keeps a PAT of its own. */
void segment_lane_take_pat(SegmentLane *lane, const uint8_t *packet);

/* @n packets were left out before they came here. */
void segment_lane_lose(SegmentLane *lane, uint64_t n);

/* Hands over what is older than SEGMENT_FLUSH_US, or with @all everything. */
void segment_lane_flush(SegmentLane *lane, MonoUs now_us, bool all);
