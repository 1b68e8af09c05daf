/* Small pictures from decoded ones: scaled once, measured, and written as JPEG. */
#pragma once

#include <glib.h>
#include <libavutil/frame.h>
#include <stdbool.h>
#include <stdint.h>

#define THUMBNAIL_WIDTH_SHOT   480
#define THUMBNAIL_WIDTH_LARGE  320
#define THUMBNAIL_WIDTH_SMALL  192
#define THUMBNAIL_HEIGHT_MAX   320 /* pixels; taller pictures are squeezed */
#define THUMBNAIL_QUALITY_BEST 80

typedef struct {
    int width;          /* pixels, even */
    int height;         /* pixels, even */
    uint8_t *planes[3]; /* no-ref; Y, Cb, Cr of 4:2:0 in full range, without padding */
    int strides[3];     /* bytes */
} SmallPicture;

typedef struct ThumbnailMaker ThumbnailMaker;

ThumbnailMaker *thumbnail_maker_new(void);
void thumbnail_maker_free(ThumbnailMaker *maker); /* (nullable) */

/* Scales @frame to THUMBNAIL_WIDTH_LARGE in its display aspect ratio. Returns: (transfer none)
 * (nullable): valid until the next call; NULL for a pixel format that cannot be scaled */
const SmallPicture *thumbnail_maker_scale(ThumbnailMaker *maker, const AVFrame *frame);

/* The picture scaled last as JPEG, @width pixels wide (one of the two above), of at most
 * @max_bytes: the quality is lowered until it fits. Returns: (transfer full) (nullable) */
GBytes *thumbnail_maker_jpeg(ThumbnailMaker *maker, int width, size_t max_bytes, int *ret_height);

/* @frame as JPEG of THUMBNAIL_WIDTH_SHOT, in its display aspect ratio, of at most @max_bytes. Slow:
 * for pictures that are asked for. Returns: (transfer full) (nullable) */
GBytes *thumbnail_maker_shot(ThumbnailMaker *maker,
                             const AVFrame *frame,
                             size_t max_bytes,
                             int *ret_height);
