/* The segments of one channel, oldest first, and which of them have to go. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/segment-index.h"

typedef struct {
    int64_t length_us;    /* of recorded time that is kept */
    uint64_t quota_bytes; /* of files that are kept */
} SegmentLimits;

typedef struct {
    GArray *entries;     /* element-type SegmentEntry, complete ones */
    uint64_t bytes;      /* of their files */
    int64_t recorded_us; /* sum of their lengths: what was missing in between does not count */
} SegmentRing;

void segment_ring_init(SegmentRing *ring);
void segment_ring_clear(SegmentRing *ring);

void segment_ring_add(SegmentRing *ring, const SegmentEntry *entry);

/* Whether the oldest has to go while @open_bytes more are being written. */
bool
segment_ring_is_over(const SegmentRing *ring, const SegmentLimits *limits, uint64_t open_bytes);

/* Takes the oldest off. Returns: false if there is none */
bool segment_ring_take_oldest(SegmentRing *ring, SegmentEntry *ret_entry);

/* A start for a new segment that no other is named after: @wall_us, or a few milliseconds on. */
WallUs segment_ring_free_name(const SegmentRing *ring, WallUs wall_us);

static inline uint64_t
segment_bytes(const SegmentEntry *entry)
{
    return entry->packets * SEGMENT_PACKET_SIZE;
}
