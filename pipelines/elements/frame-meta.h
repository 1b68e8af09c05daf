/* A decoded picture on its way from key decoder to picture-meter: the decoder's own frame, by
 * reference, without a copy and without a second pool. */
#pragma once

#include <gst/gst.h>
#include <libavutil/frame.h>

typedef struct {
    GstMeta meta;
    AVFrame *frame; /* owned */
} GantryFrameMeta;

/* The picture was decoded without its loop filter: edges of blocks are no fault of the stream. */
#define FRAME_UNFILTERED GST_BUFFER_FLAG_MARKER

#define FRAME_CAPS "video/x-raw(meta:GantryFrameMeta)"

GType gantry_frame_meta_api_get_type(void);

/* Returns: (transfer full): a buffer without memory that holds a new reference to what @frame
 * holds */
GstBuffer *frame_buffer_new(const AVFrame *frame);

/* Returns: (transfer none) (nullable): the frame in @buffer; valid while it is */
const AVFrame *frame_buffer_get(GstBuffer *buffer);
