/* How an access unit travels: one buffer, its times in the buffer's offsets.
 *
 * GStreamer's time stamps are running times of a clock that this pipeline does not have; what is
 * kept instead is what was measured: the 90 kHz PTS of the stream, and the arrival of the unit's
 * last packet on the boot clock. Buffers of pictures and their frames carry the same two. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

/* The unit is decoded alone: nothing before it is needed, nothing after it belongs to it. */
#define ES_UNIT_ALONE GST_BUFFER_FLAG_MARKER

/* The first and the last of a run: units that are decoded together, where no key frames come. */
#define ES_UNIT_RUN_FIRST ((guint)GST_BUFFER_FLAG_LAST << 0)
#define ES_UNIT_RUN_LAST  ((guint)GST_BUFFER_FLAG_LAST << 1)

static inline void
es_unit_set_times(GstBuffer *buffer, Pts90 pts, MonoUs arrived_us)
{
    GST_BUFFER_OFFSET(buffer) = pts;
    GST_BUFFER_OFFSET_END(buffer) = (guint64)arrived_us;
}

/* PTS90_MODULUS when it has none. */
static inline Pts90
es_unit_pts(GstBuffer *buffer)
{
    return GST_BUFFER_OFFSET(buffer);
}

static inline MonoUs
es_unit_arrived_us(GstBuffer *buffer)
{
    return (MonoUs)GST_BUFFER_OFFSET_END(buffer);
}
