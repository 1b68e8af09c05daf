/* All checks of one decoded picture: the small one whole, and rows of it at full size. */
#pragma once

#include <libavutil/frame.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/elements/thumbnail.h"
#include "pipelines/measure/colour-bars.h"
#include "pipelines/measure/letterbox.h"
#include "pipelines/measure/luma.h"
#include "pipelines/measure/picture-judge.h"
#include "pipelines/measure/slate.h"
#include "pipelines/measure/uniform.h"

#define PICTURE_LOOK_SLATES 16u
#define PICTURE_LOOK_RARE_US                                                                       \
    (200 * US_PER_MS) /* between checks of what does not change from picture to picture */

/* What one picture shows. */
typedef struct {
    PictureLook look; /* for the judge */
    LumaFigures luma;
    StillFigures still; /* against the reference; valid if look.compared */
    UniformFigures uniform;
    ColourBars bars;
    LetterboxFigures letterbox;
    SlatePrint print;  /* of the picture, or of one that came shortly before */
    int slate;         /* index of the one that is shown; -1: none */
    double blockiness; /* 0 unknown */
} PictureSight;

typedef struct PictureLooker PictureLooker;

PictureLooker *picture_looker_new(void);
void picture_looker_free(PictureLooker *looker); /* (nullable) */

/* What to recognise from now on: @n, at most PICTURE_LOOK_SLATES, are copied. */
void picture_looker_set_slates(PictureLooker *looker, const SlatePrint *slates, size_t n);

/* What pictures are judged by from now on; picture_rules_default() before. */
void picture_looker_set_rules(PictureLooker *looker, const PictureRules *rules);

/* @frame: decoded; @small: the same, scaled; @filtered: its loop filter was not left out, so that
 * blocks which show are there. Between rare checks the last result stands. Returns: (transfer
 * none): valid until the next call */
const PictureSight *picture_looker_look(PictureLooker *looker,
                                        const AVFrame *frame,
                                        const SmallPicture *small,
                                        bool filtered,
                                        MonoUs at_us);

/* The picture that was looked at last is what the next ones are compared with. */
void picture_looker_refer(PictureLooker *looker, const SmallPicture *small);

/* Nothing before counts: another stream. */
void picture_looker_forget(PictureLooker *looker);
