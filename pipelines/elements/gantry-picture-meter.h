/* gantrypicturemeter: black, still, mean luma and thumbnails of decoded pictures. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"

G_BEGIN_DECLS

#define GANTRY_TYPE_PICTURE_METER (gantry_picture_meter_get_type())
G_DECLARE_FINAL_TYPE(GantryPictureMeter, gantry_picture_meter, GANTRY, PICTURE_METER, GstElement)

/**
 * GantryPictureMeter:
 *
 * Sink: decoded pictures, see frame-meta.h. Asks upstream for every key frame while the picture is
 * unknown, black or still, by the event of gantry_es_cutter_suspicion_event().
 *
 * Property `thumbnail-period`: shortest time between two thumbnails, in milliseconds.
 */

#define PICTURE_METER_SIZES      3 /* the last one only when it was asked for */
#define PICTURE_METER_JPEG_BYTES 49152

typedef struct {
    uint64_t pictures;   /* seen */
    uint64_t damaged;    /* of these, not judged: parts of them were missing or refused */
    uint64_t unreadable; /* in a format that cannot be scaled */
    Condition black;
    Condition still;     /* the picture repeats */
    bool exact;          /* the last two pictures were equal to the bit, as far as measured */
    double luma_mean;    /* of the last picture, 0 black to 1 white */
    unsigned width;      /* coded, pixels; 0 before the first picture */
    unsigned height;     /* coded, pixels */
    bool interlaced;     /* as the stream says */
    MonoUs captured_us;  /* of the last picture; 0 before the first */
    int64_t interval_us; /* between the last two pictures; 0 before the second */
} PictureFigures;

typedef struct {
    GBytes *jpeg; /* owned; at most PICTURE_METER_JPEG_BYTES */
    unsigned width;
    unsigned height;
} PictureJpeg;

/* One picture in all sizes. */
typedef struct {
    PictureJpeg sizes[PICTURE_METER_SIZES]; /* large, small, shot; without a JPEG: not made */
    MonoUs captured_us;                     /* arrival of the last packet of the picture */
    Pts90 pts;                              /* PTS90_MODULUS without one */
} PictureThumbnail;

/* Any thread. */
void gantry_picture_meter_get_figures(GantryPictureMeter *self, PictureFigures *ret_figures);

/* Hands over the newest thumbnail, once. Returns: false when there is no new one. Any thread. */
bool gantry_picture_meter_take_thumbnail(GantryPictureMeter *self, PictureThumbnail *ret_thumbnail);
void picture_thumbnail_clear(PictureThumbnail *thumbnail);

/* The next picture comes as a shot of THUMBNAIL_WIDTH_SHOT, too. Any thread. */
void gantry_picture_meter_want_shot(GantryPictureMeter *self);

/* Changes `thumbnail-period`. Any thread. */
void gantry_picture_meter_set_period(GantryPictureMeter *self, unsigned period_ms);

G_END_DECLS
