/* One small picture, all kernels; the reference is kept here, and of the picture before a fold. */
#include "pipelines/elements/picture-look.h"

#include <glib.h>
#include <libavutil/pixdesc.h>
#include <string.h>

#include "pipelines/measure/blockiness.h"

#define REFERENCE_BYTES (THUMBNAIL_WIDTH_LARGE * THUMBNAIL_HEIGHT_MAX)
#define FOLD_STEP       8u  /* rows at full size, of which one is folded */
#define BLOCKINESS_ROWS 64u /* of the picture that are looked at */
#define ROW_MAX         8192

struct PictureLooker {
    PictureSight sight; /* of the last picture */
    uint8_t *reference; /* luma, REFERENCE_BYTES; owned */
    int width;          /* of the reference, pixels; 0: none */
    int height;
    uint64_t fold;  /* of the last picture */
    bool folded;    /* @fold is set */
    MonoUs rare_us; /* of the last rare checks; 0 before the first */
    PictureRules rules;
    size_t n_slates;
    SlatePrint slates[PICTURE_LOOK_SLATES];
    uint8_t row[ROW_MAX]; /* of more than 8 bits, made 8 */
};

PictureLooker *
picture_looker_new(void)
{
    PictureLooker *looker = g_new0(PictureLooker, 1);

    looker->reference = g_malloc(REFERENCE_BYTES);
    looker->sight.slate = -1;
    looker->rules = picture_rules_default();
    return looker;
}

void
picture_looker_free(PictureLooker *looker)
{
    if (looker == NULL)
        return;
    g_free(looker->reference);
    g_free(looker);
}

void
picture_looker_set_slates(PictureLooker *looker, const SlatePrint *slates, size_t n)
{
    looker->n_slates = MIN(n, PICTURE_LOOK_SLATES);
    memcpy(looker->slates, slates, looker->n_slates * sizeof looker->slates[0]);
    looker->rare_us = 0;
}

void
picture_looker_set_rules(PictureLooker *looker, const PictureRules *rules)
{
    looker->rules = *rules;
}

static LumaPlane
plane_of(const SmallPicture *small, unsigned plane)
{
    const unsigned half = plane == 0 ? 0 : 1;

    return (LumaPlane){small->planes[plane], (size_t)small->strides[plane],
                       (unsigned)small->width >> half, (unsigned)small->height >> half};
}

/* Row @y of luma in 8 bits. Returns: NULL where it cannot be had */
static const uint8_t *
row_of(PictureLooker *looker, const AVFrame *frame, int y)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    const uint8_t *row = frame->data[0] + (ptrdiff_t)y * frame->linesize[0];

    if (format == NULL || format->comp[0].plane != 0 || frame->width > ROW_MAX)
        return NULL;
    if (format->comp[0].depth == 8 && format->comp[0].step == 1)
        return row;
    if (format->comp[0].step != 2 || format->flags & AV_PIX_FMT_FLAG_BE)
        return NULL;
    const int shift = format->comp[0].shift + format->comp[0].depth - 8;

    for (int x = 0; x < frame->width; x++)
        looker->row[x] = (uint8_t)((row[2 * x] | row[2 * x + 1] << 8) >> shift);
    return looker->row;
}

static double
blockiness_of(PictureLooker *looker, const AVFrame *frame)
{
    const int step = MAX(frame->height / (int)BLOCKINESS_ROWS, 1);
    BlockinessSums sums = {0};

    for (int y = step / 2; y < frame->height; y += step) {
        const uint8_t *row = row_of(looker, frame, y);

        if (row == NULL)
            return 0;
        blockiness_add_row(&sums, row, (size_t)frame->width);
    }
    return blockiness_ratio(&sums);
}

/* Of every pixel of the small picture, and of some rows as they came: noise that scaling takes away
 * is a difference, too. */
static uint64_t
fold_of(const AVFrame *frame, const SmallPicture *small)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)frame->format);
    const unsigned bytes = format != NULL ? (unsigned)format->comp[0].step : 1;
    const LumaPlane full = {frame->data[0], (size_t)frame->linesize[0],
                            (unsigned)frame->width * bytes, (unsigned)frame->height};
    uint64_t fold = 0;

    for (unsigned plane = 0; plane < 3; plane++) {
        const LumaPlane of_small = plane_of(small, plane);

        fold = still_fold(fold, &of_small, 1);
    }
    return frame->linesize[0] > 0 ? still_fold(fold, &full, FOLD_STEP) : fold;
}

static void
look_rarely(PictureLooker *looker, const AVFrame *frame, const SmallPicture *small, bool filtered)
{
    const PictureView view = {
        {small->planes[0], small->planes[1], small->planes[2]},
        {(size_t)small->strides[0], (size_t)small->strides[1], (size_t)small->strides[2]},
        (unsigned)small->width,
        (unsigned)small->height};
    const LumaPlane luma = plane_of(small, 0);
    PictureSight *sight = &looker->sight;

    sight->uniform = uniform_measure(&view);
    sight->bars = colour_bars_find(&view);
    sight->letterbox = letterbox_measure(&luma);
    slate_print(&view, &sight->print);
    sight->slate = slate_find(looker->slates, looker->n_slates, &sight->print);
    sight->blockiness = filtered ? blockiness_of(looker, frame) : 0;
}

const PictureSight *
picture_looker_look(PictureLooker *looker,
                    const AVFrame *frame,
                    const SmallPicture *small,
                    bool filtered,
                    MonoUs at_us)
{
    const LumaPlane luma = plane_of(small, 0);
    const LumaPlane reference = {looker->reference, (size_t)small->width, (unsigned)small->width,
                                 (unsigned)small->height};
    const uint64_t fold = fold_of(frame, small);
    PictureSight *sight = &looker->sight;

    if (looker->rare_us == 0 || at_us - looker->rare_us >= PICTURE_LOOK_RARE_US) {
        look_rarely(looker, frame, small, filtered);
        looker->rare_us = at_us;
    }
    sight->luma = luma_measure_by(&luma, true, &looker->rules.luma);
    sight->look = (PictureLook){
        .at_us = at_us,
        .black = sight->luma.black,
        .uniform = sight->uniform.uniform,
        .bars = sight->bars != COLOUR_BARS_NONE,
        .slate = sight->slate >= 0,
        .compared = looker->width == small->width && looker->height == small->height,
        .repeats = looker->folded && looker->fold == fold,
    };
    if (sight->look.compared)
        sight->still = still_compare(&reference, &luma);
    sight->look.still = still_verdict(&sight->still, looker->rules.still_levels);
    looker->fold = fold;
    looker->folded = true;
    return sight;
}

void
picture_looker_refer(PictureLooker *looker, const SmallPicture *small)
{
    memcpy(looker->reference, small->planes[0], (size_t)small->width * (size_t)small->height);
    looker->width = small->width;
    looker->height = small->height;
}

void
picture_looker_forget(PictureLooker *looker)
{
    looker->width = 0;
    looker->folded = false;
    looker->rare_us = 0;
}
