/* The active picture: what is left without black bars around it. Pure. */
#pragma once

#include <stdbool.h>

#include "pipelines/measure/luma.h"

#define LETTERBOX_DARK    26u  /* of 255: bars are darker, a tenth of the range */
#define LETTERBOX_STRAY   0.02 /* share of a row or column that may be brighter: a logo in a bar */
#define LETTERBOX_BAR_MAX 0.45 /* of width or height: beyond, the picture is black */
#define LETTERBOX_HOLD_US                                                                          \
    INT64_C(10000000) /* a dark scene is not a bar: bars must stay so long                         \
                       */

/* Shares of width and height that are black, 0 to LETTERBOX_BAR_MAX. */
typedef struct {
    bool known; /* false for a black picture */
    double left;
    double right;
    double top;
    double bottom;
} LetterboxFigures;

/* @plane: luma of the small picture, full range. */
LetterboxFigures letterbox_measure(const LumaPlane *plane);

/* Bars that stayed. */
typedef struct {
    LetterboxFigures believed;
    LetterboxFigures candidate; /* the least bars since @since_us */
    int64_t since_us;
} LetterboxWatch; /* all-zero is the initial state */

/* Takes one picture: larger bars are believed once they stayed for LETTERBOX_HOLD_US, smaller ones
 * at once, for no bar shows a picture. */
void letterbox_watch(LetterboxWatch *watch, const LetterboxFigures *figures, int64_t at_us);
