/* Reading pictures of the past. Every call may block on disk: called on a thread that may. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"

#define PICTURE_HISTORY_MAX 1000u /* pictures of one list */

typedef struct {
    WallUs captured_us; /* whole milliseconds */
    uint64_t pts;       /* 90 kHz; PTS90_MODULUS: none */
    uint32_t bytes;     /* of the JPEG */
} PastPicture;

typedef struct {
    gpointer self; /* no-ref: outlives whoever asks */
    /* Pictures of @channel (a slug) captured in the half-open span, newest first, at most @max.
     * Returns: (transfer full) (element-type PastPicture): empty for an unknown channel */
    GArray *(*list)(gpointer self, const char *channel, WallUs from_us, WallUs to_us, size_t max);
    /* The picture of @channel captured at @captured_us. Returns: (transfer full) (nullable): its
     * JPEG; @ret_picture is what it is then */
    GBytes *(*read)(gpointer self,
                    const char *channel,
                    WallUs captured_us,
                    PastPicture *ret_picture);
} PictureHistory;
