/* Reading what workers record. Everything here blocks on disk: called on worker threads only. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/segment-index.h"

/* Which part of which channel's recording. */
typedef struct {
    const char *input_id;   /* slug */
    const char *channel_id; /* slug */
    WallUs from_us;
    WallUs to_us; /* not before @from_us */
} SegmentQuery;

typedef struct {
    WallUs from_us;        /* start of the first segment in it */
    WallUs to_us;          /* end of the last one */
    uint64_t bytes;        /* that will be read */
    uint64_t lost_packets; /* that the recorder left out within it */
    unsigned gaps;         /* times between two segments that nothing was recorded */
    bool key;              /* it begins with a key frame */
} SegmentClipInfo;

typedef struct SegmentClip SegmentClip; /* opened; what is deleted meanwhile can still be read */

typedef struct {
    gpointer self; /* no-ref */
    /* Segments that overlap the time asked for, oldest first; the last may be open still. Returns:
     * (transfer full) (element-type SegmentEntry): empty if nothing is recorded there */
    GArray *(*list)(gpointer self, const SegmentQuery *query);
    /* The same as one transport stream, from a key frame at or before the time asked for where
     * there is one. Returns: (transfer full): or NULL with GANTRY_ERROR_NOT_FOUND: nothing is
     * recorded there, or GANTRY_ERROR_UNAVAILABLE */
    SegmentClip *(*open)(gpointer self,
                         const SegmentQuery *query,
                         SegmentClipInfo *ret_info,
                         GError **error);
    /* Up to @size bytes. Returns: 0 at the end, -1 on an error of the disk */
    gssize (*read)(SegmentClip *clip, void *buffer, gsize size);
    void (*close)(SegmentClip *clip); /* (nullable) */
} SegmentReader;
