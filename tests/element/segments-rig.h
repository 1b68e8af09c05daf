/* Meter and segments element over a real folder, and a stream whose time is told, not waited for.
 */
#pragma once

#include <gst/check/gstharness.h>

#include "pipelines/elements/gantry-segments.h"
#include "tests/element/ts-maker.h"

#define SEGMENTS_RIG_6_S 150 /* pictures in six seconds */

typedef struct {
    char *folder;         /* of the input */
    GstElement *meter;    /* while started */
    GstElement *segments; /* the same */
    GstHarness *harness;  /* around @meter */
    TsMaker *makers[2];
    unsigned n_services;
    MonoUs now_us;          /* of the next datagrams */
    GByteArray *left;       /* of the stream, not yet sent */
    GByteArray *sent;       /* all that was sent, but null packets */
    uint64_t reserve_bytes; /* this and the limits hold from the start on */
    SegmentLimits limits;
} SegmentsRig;

/* @n_services: 1, channel "one"; or 2, a multiplex of "one" and "two". Nothing is started. */
SegmentsRig segments_rig_new(unsigned n_services);
void segments_rig_start(SegmentsRig *rig);
void segments_rig_stop(SegmentsRig *rig);
void segments_rig_end(SegmentsRig *rig);

/* Sends @frames pictures, 40 ms each, with null packets in between. */
void segments_rig_send(SegmentsRig *rig, unsigned frames);

/* Sends what is left of the last datagram. */
void segments_rig_finish(SegmentsRig *rig);

/* Waits until the writer has written all that it was given. */
void segments_rig_settle(const SegmentsRig *rig);

/* Figures of the first channel. */
SegmentFigures segments_rig_figures(const SegmentsRig *rig);

/* The index of @channel without what was deleted. Returns: (transfer full) (element-type
 * SegmentEntry) */
GArray *segments_rig_index(const SegmentsRig *rig, const char *channel);

/* Returns: (transfer full): packets of a segment */
GByteArray *
segments_rig_read(const SegmentsRig *rig, const char *channel, const SegmentEntry *entry);

/* Bytes of all segments of @channel, by the disk. */
uint64_t segments_rig_bytes(const SegmentsRig *rig, const char *channel);

MonoUs segments_rig_now_us(void);
