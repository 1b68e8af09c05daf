/* A pad behind which pictures or sound are measured: what passes gets the time of its presentation
 * in place of its arrival, and the times are kept. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/probe/media-clock.h"
#include "pipelines/probe/media.h"

typedef struct {
    MediaClock *clock;   /* no-ref; of the service */
    Media *media;        /* no-ref; told of each time */
    bool decoded;        /* what passes carries the time of a presentation already: of the unit with
                            which it came out of the decoder */
    MonoUs last_us;      /* latest time that passed; 0: nothing did */
    int64_t step_us;     /* between the last two */
    int64_t step_max_us; /* longest */
} MediaTap;

/* Returns: (transfer full): to be freed by g_free() after @pad */
MediaTap *media_tap_new(GstPad *pad, MediaClock *clock, Media *media, bool decoded);

/* Until when what passed lasted, at @depth: a picture that stands alone is claimed for its own
 * instant only. @tap: (nullable). Returns: 0 when nothing passed */
MonoUs media_tap_end(const MediaTap *tap, MediaDepth depth);
