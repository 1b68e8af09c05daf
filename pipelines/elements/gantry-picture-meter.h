/* gantrypicturemeter: what decoded pictures show, and thumbnails of them. */
#pragma once

#include <gst/gst.h>
#include <stdbool.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"
#include "pipelines/measure/colour-bars.h"
#include "pipelines/measure/letterbox.h"
#include "pipelines/measure/picture-judge.h"
#include "pipelines/measure/slate.h"

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

/* How pictures are coded, as the decoder says; numbers of ITU-T H.273. */
typedef struct {
    unsigned width; /* coded, pixels; 0 before the first picture */
    unsigned height;
    unsigned sample_width; /* aspect ratio of a sample; 0 while not said */
    unsigned sample_height;
    unsigned depth;     /* bits of luma */
    unsigned primaries; /* colour_primaries; 2: not said */
    unsigned transfer;  /* transfer_characteristics; 2: not said */
    bool interlaced;
} PictureFormat;

typedef struct {
    uint64_t pictures;   /* seen */
    uint64_t damaged;    /* of these, not judged: parts of them were missing or refused */
    uint64_t unreadable; /* in a format that cannot be scaled */
    uint64_t judged;     /* looked at whole */
    Condition black;
    Condition still; /* the picture repeats, or does not move */
    bool exact;      /* it repeats to the bit, as far as measured */
    Condition uniform;
    Condition bars;
    Condition slate;
    Condition blocky;           /* edges of blocks are visible */
    MonoUs blocky_us;           /* when that was last looked at; 0: never */
    bool in_doubt;              /* black, still or odd: more pictures are worth their cost */
    FreezeKind freeze;          /* of @still, while it holds */
    ColourBars layout;          /* of @bars */
    unsigned slates;            /* that are looked for */
    int slate_index;            /* of @slate, in what was set; -1: none */
    uint8_t colour[3];          /* Y, Cb, Cr of @uniform */
    double luma_mean;           /* of the last picture, 0 black to 1 white */
    double dark_share;          /* of its pixels, 0 to 1 */
    double difference_db;       /* mean difference of the last two that were compared; 0 none were;
                                   -INFINITY for an exact repeat */
    double block_levels;        /* the same, of the block that changed most, 0 to 255 */
    double blockiness;          /* 1 none, rising; 0 unknown */
    LetterboxFigures letterbox; /* that stayed */
    unsigned width;             /* of @format */
    unsigned height;
    bool interlaced;
    PictureFormat format;
    MonoUs captured_us;  /* of the last picture; 0 before the first */
    int64_t interval_us; /* between the last two pictures; 0 before the second */
    MonoUs looked_us;    /* of the last picture judged; 0 before the first */
    int64_t between_us;  /* longest between two judged, of late: the resolution of the checks; 0
                            unknown */
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

/* Fingerprint of the last picture, as slates have it, at most 200 ms old. Returns: false before the
 * first. Any thread. */
bool gantry_picture_meter_get_print(GantryPictureMeter *self, SlatePrint *ret_print);

/* What counts as black and as moving from the next picture on. Any thread. */
void gantry_picture_meter_set_rules(GantryPictureMeter *self, const PictureRules *rules);

/* Which pictures are recognised as slates: @n, at most 16, are copied. Any thread. */
void gantry_picture_meter_set_slates(GantryPictureMeter *self, const SlatePrint *slates, size_t n);

G_END_DECLS
