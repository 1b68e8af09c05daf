/* Scaling by libswscale, JPEG by libjpeg-turbo. */
#include "pipelines/elements/thumbnail.h"

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <turbojpeg.h>

#include "pipelines/measure/shrink.h"

#define QUALITY_STEP  15
#define QUALITY_WORST 5

struct ThumbnailMaker {
    struct SwsContext *to_large; /* from the decoder's format; owned */
    struct SwsContext *to_small; /* from @large; owned */
    SmallPicture large;
    SmallPicture small;
    ShrinkLevels luma[2]; /* to the full range: from the limited, from the full one */
    ShrinkLevels chroma[2];
    tjhandle jpeg;
    uint8_t *jpeg_bytes; /* @jpeg_room bytes; owned */
    unsigned long jpeg_room;
    uint8_t large_bytes[THUMBNAIL_WIDTH_LARGE * THUMBNAIL_HEIGHT_MAX * 3 / 2];
    uint8_t small_bytes[THUMBNAIL_WIDTH_SMALL * THUMBNAIL_HEIGHT_MAX * 3 / 2];
};

ThumbnailMaker *
thumbnail_maker_new(void)
{
    ThumbnailMaker *maker = g_new0(ThumbnailMaker, 1);

    for (int full = 0; full < 2; full++) {
        maker->luma[full] = shrink_levels_luma(full != 0);
        maker->chroma[full] = shrink_levels_chroma(full != 0);
    }
    maker->jpeg = tjInitCompress();
    maker->jpeg_room = tjBufSize(THUMBNAIL_WIDTH_LARGE, THUMBNAIL_HEIGHT_MAX, TJSAMP_420);
    maker->jpeg_bytes = tjAlloc((int)maker->jpeg_room);
    return maker;
}

void
thumbnail_maker_free(ThumbnailMaker *maker)
{
    if (maker == NULL)
        return;
    sws_freeContext(maker->to_large);
    sws_freeContext(maker->to_small);
    tjFree(maker->jpeg_bytes);
    if (maker->jpeg != NULL)
        tjDestroy(maker->jpeg);
    g_free(maker);
}

static void
lay_out(SmallPicture *picture, uint8_t *bytes, int width, int height)
{
    const ptrdiff_t luma = (ptrdiff_t)width * height;

    *picture = (SmallPicture){
        .width = width,
        .height = height,
        .planes = {bytes, bytes + luma, bytes + luma + luma / 4},
        .strides = {width, width / 2, width / 2},
    };
}

/* Height in even pixels that shows @frame undistorted at @width. */
static int
height_for(const AVFrame *frame, int width)
{
    const AVRational sar = frame->sample_aspect_ratio;
    const int64_t num = sar.num > 0 && sar.den > 0 ? sar.num : 1;
    const int64_t den = sar.num > 0 && sar.den > 0 ? sar.den : 1;
    const int64_t height = (int64_t)width * frame->height * den / (frame->width * num);

    return (int)CLAMP(height + 1, 16, THUMBNAIL_HEIGHT_MAX) & ~1;
}

/* The format's name without its range: a scaler that was asked for by the other one is never the
 * same, and would be made anew for every picture. */
static enum AVPixelFormat
format_of(const AVFrame *frame)
{
    switch (frame->format) {
    case AV_PIX_FMT_YUVJ420P:
        return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
        return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
        return AV_PIX_FMT_YUV444P;
    default:
        return (enum AVPixelFormat)frame->format;
    }
}

static bool
is_full(const AVFrame *frame)
{
    return frame->color_range == AVCOL_RANGE_JPEG ||
           format_of(frame) != (enum AVPixelFormat)frame->format;
}

/* A scaler from @frame to full range 4:2:0; @before: (transfer full) (nullable): used again if it
 * fits. */
static struct SwsContext *
scaler_for(struct SwsContext *before, const AVFrame *frame, int width, int height)
{
    const int full = is_full(frame);
    const int *coefficients = sws_getCoefficients(SWS_CS_DEFAULT);
    struct SwsContext *scaler =
        sws_getCachedContext(before, frame->width, frame->height, format_of(frame), width, height,
                             AV_PIX_FMT_YUV420P, SWS_AREA, NULL, NULL, NULL);

    if (scaler != NULL)
        (void)sws_setColorspaceDetails(scaler, coefficients, full, coefficients, 1, 0, 1 << 16,
                                       1 << 16);
    return scaler;
}

/* By which whole factor @frame is larger than @to in both directions; 0: by none, or its samples
 * are no bytes of 4:2:0. */
static unsigned
factor_of(const AVFrame *frame, const SmallPicture *to)
{
    const int factor = frame->width / to->width;

    if (format_of(frame) != AV_PIX_FMT_YUV420P || frame->width > (int)SHRINK_WIDTH_MAX ||
        factor < 1 || factor > (int)SHRINK_FACTOR_MAX || factor * to->width != frame->width ||
        factor * to->height != frame->height)
        return 0;
    return (unsigned)factor;
}

static void
shrink(ThumbnailMaker *maker, const AVFrame *frame, unsigned factor)
{
    const int full = is_full(frame);
    SmallPicture *to = &maker->large;

    for (int i = 0; i < 3; i++) {
        const unsigned halves = i == 0 ? 1 : 2;
        const LumaPlane from = {.data = frame->data[i],
                                .stride = (size_t)frame->linesize[i],
                                .width = (unsigned)frame->width / halves,
                                .height = (unsigned)frame->height / halves};

        shrink_plane(&from, factor, i == 0 ? &maker->luma[full] : &maker->chroma[full],
                     to->planes[i], (size_t)to->strides[i]);
    }
}

static bool
scale_large(ThumbnailMaker *maker, const AVFrame *frame)
{
    SmallPicture *to = &maker->large;

    maker->to_large = scaler_for(maker->to_large, frame, to->width, to->height);
    return maker->to_large != NULL &&
           sws_scale(maker->to_large, (const uint8_t *const *)frame->data, frame->linesize, 0,
                     frame->height, to->planes, to->strides) > 0;
}

const SmallPicture *
thumbnail_maker_scale(ThumbnailMaker *maker, const AVFrame *frame)
{
    if (frame->width <= 0 || frame->height <= 0)
        return NULL;
    lay_out(&maker->large, maker->large_bytes, THUMBNAIL_WIDTH_LARGE,
            height_for(frame, THUMBNAIL_WIDTH_LARGE));
    const unsigned factor = factor_of(frame, &maker->large);

    if (factor > 0 && frame->linesize[0] > 0)
        shrink(maker, frame, factor);
    else if (!scale_large(maker, frame))
        return NULL;
    return &maker->large;
}

static const SmallPicture *
scale_small(ThumbnailMaker *maker)
{
    const SmallPicture *from = &maker->large;
    const int height = (from->height * THUMBNAIL_WIDTH_SMALL / from->width + 1) & ~1;

    lay_out(&maker->small, maker->small_bytes, THUMBNAIL_WIDTH_SMALL, height);
    maker->to_small = sws_getCachedContext(maker->to_small, from->width, from->height,
                                           AV_PIX_FMT_YUV420P, THUMBNAIL_WIDTH_SMALL, height,
                                           AV_PIX_FMT_YUV420P, SWS_AREA, NULL, NULL, NULL);
    if (maker->to_small == NULL ||
        sws_scale(maker->to_small, (const uint8_t *const *)from->planes, from->strides, 0,
                  from->height, maker->small.planes, maker->small.strides) <= 0)
        return NULL;
    return &maker->small;
}

/* @picture as JPEG of at most @max_bytes; @bytes: room of @room bytes for it. */
static GBytes *
compress(ThumbnailMaker *maker,
         const SmallPicture *picture,
         uint8_t *bytes,
         unsigned long room,
         size_t max_bytes)
{
    for (int quality = THUMBNAIL_QUALITY_BEST; quality >= QUALITY_WORST; quality -= QUALITY_STEP) {
        const unsigned char *planes[3] = {picture->planes[0], picture->planes[1],
                                          picture->planes[2]};
        unsigned long size = room;

        if (tjCompressFromYUVPlanes(maker->jpeg, planes, picture->width, picture->strides,
                                    picture->height, TJSAMP_420, &bytes, &size, quality,
                                    TJFLAG_NOREALLOC) != 0)
            return NULL;
        if (size <= max_bytes)
            return g_bytes_new(bytes, size);
    }
    return NULL;
}

GBytes *
thumbnail_maker_jpeg(ThumbnailMaker *maker, int width, size_t max_bytes, int *ret_height)
{
    const SmallPicture *picture =
        width == THUMBNAIL_WIDTH_LARGE ? &maker->large : scale_small(maker);

    if (picture == NULL || picture->width != width || maker->jpeg == NULL)
        return NULL;
    *ret_height = picture->height;
    return compress(maker, picture, maker->jpeg_bytes, maker->jpeg_room, max_bytes);
}

GBytes *
thumbnail_maker_shot(ThumbnailMaker *maker, const AVFrame *frame, size_t max_bytes, int *ret_height)
{
    const int height = height_for(frame, THUMBNAIL_WIDTH_SHOT);
    const unsigned long room = tjBufSize(THUMBNAIL_WIDTH_SHOT, height, TJSAMP_420);
    struct SwsContext *scaler = NULL;
    SmallPicture picture;

    if (frame->width <= 0 || frame->height <= 0 || maker->jpeg == NULL)
        return NULL;
    g_autofree uint8_t *pixels = g_malloc((size_t)THUMBNAIL_WIDTH_SHOT * (size_t)height * 3 / 2);
    g_autofree uint8_t *bytes = g_malloc(room);

    lay_out(&picture, pixels, THUMBNAIL_WIDTH_SHOT, height);
    scaler = scaler_for(NULL, frame, THUMBNAIL_WIDTH_SHOT, height);
    if (scaler == NULL)
        return NULL;
    const int rows = sws_scale(scaler, (const uint8_t *const *)frame->data, frame->linesize, 0,
                               frame->height, picture.planes, picture.strides);

    sws_freeContext(scaler);
    *ret_height = height;
    return rows > 0 ? compress(maker, &picture, bytes, room, max_bytes) : NULL;
}
