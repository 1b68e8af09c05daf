/* gantrysegments: packets cut into segments on disk, one ring a channel. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/elements/segment-store.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_SEGMENTS (gantry_segments_get_type())
G_DECLARE_FINAL_TYPE(GantrySegments, gantry_segments, GANTRY, SEGMENTS, GstElement)

/**
 * GantrySegments:
 *
 * Sink: packets and what belongs to whom, see segment-services.h. The channel of an input with one
 * service gets every packet as it came; one of several the packets of its service, and a PAT that
 * names no other. Each segment begins with PAT and PMT as last seen. Nothing here waits for a disk:
 * what it is too slow for is left out and counted. */

typedef struct {
    SegmentFolderStatus folder;
    uint64_t lost_packets; /* left out, for whatever reason, since the element was made */
    MonoUs waiting_us;     /* since when the oldest packets wait for the disk; 0: none do */
} SegmentFigures;

/* Records from now on, before the element is linked and started. The channels are those of
 * @settings, in the order of the event. */
void gantry_segments_record(GantrySegments *self, const SegmentStoreSettings *settings);

/* From the next segments on. Any thread. */
void gantry_segments_set_limits(GantrySegments *self, const SegmentLimits *limits);

/* Of channel @index. Any thread. Returns: false where nothing is recorded */
bool gantry_segments_get_figures(GantrySegments *self, unsigned index, SegmentFigures *ret_figures);

G_END_DECLS
