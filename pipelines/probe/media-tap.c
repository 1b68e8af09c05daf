/* A probe on the pad; it runs in the thread that pushes. */
#include "pipelines/probe/media-tap.h"

#include "pipelines/elements/es-unit.h"

static GstPadProbeReturn
stamp(GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
    MediaTap *tap = user_data;
    GstBuffer *buffer = gst_pad_probe_info_get_buffer(info);
    const MonoUs arrived_us = es_unit_arrived_us(buffer) - (tap->decoded ? MEDIA_CLOCK_LEAD_US : 0);
    const MonoUs at_us = media_clock_time(tap->clock, es_unit_pts(buffer), arrived_us);

    (void)pad;
    media_note_time(tap->media, at_us);
    if (tap->last_us > 0 && at_us > tap->last_us) {
        tap->step_us = at_us - tap->last_us;
        tap->step_max_us = MAX(tap->step_max_us, tap->step_us);
    }
    tap->last_us = MAX(tap->last_us, at_us);
    es_unit_set_times(buffer, es_unit_pts(buffer), at_us);
    return GST_PAD_PROBE_OK;
}

MediaTap *
media_tap_new(GstPad *pad, MediaClock *clock, Media *media, bool decoded)
{
    MediaTap *tap = g_new0(MediaTap, 1);

    tap->clock = clock;
    tap->media = media;
    tap->decoded = decoded;
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, stamp, tap, NULL);
    return tap;
}

MonoUs
media_tap_end(const MediaTap *tap, MediaDepth depth)
{
    if (!tap)
        return 0;
    return tap->last_us + (depth == MEDIA_DEPTH_FULL ? tap->step_us : 0);
}
