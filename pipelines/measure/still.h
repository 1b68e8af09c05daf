/* Whether a picture is one before it, once more. Pure.
 *
 * Asked is whether anything moved, not how much of the whole: a mouth, a clock or a ticker is a
 * fraction of a per mille of the picture, and drowns in its mean; coding anew and grain are small
 * everywhere. So the picture moves where a block of it changed by more than STILL_BLOCK_LEVELS.
 *
 * Measured, 320 pixels wide, in levels of 255: a frozen picture coded anew (H.264 1080p at 4 Mb/s,
 * MPEG-2 576 at 3 Mb/s, key frames against each other and against all between) has a mean of 0.1
 * to 1.1 and a largest block of 0.5 to 1.7; with film grain of a standard deviation of 7 over it,
 * 1.2 and 2.7. A mouth of 60 x 30 pixels of 1080p has a mean of 0.2 and a largest block above 8, a
 * digit of a clock 0.2 and 16. A mean of 0.26, the -60 dB of FFmpeg's freezedetect, would call the
 * mouth frozen and the picture that was coded anew moving. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/measure/luma.h"

#define STILL_DB           (-60.0) /* mean difference against full scale that others ask for */
#define STILL_BLOCK_LEVELS 3.5     /* mean difference in a block from which the picture moves */
#define STILL_BLOCK        8u      /* pixels of a block's side; they overlap by half */
#define STILL_WIDTH_MAX    480u    /* pixels of a picture that is compared */

typedef enum {
    STILL_MOVING,
    STILL_NOISE, /* nothing moved: a still picture, or a frozen one that was coded anew */
    STILL_EXACT, /* not one pixel differs */
} StillVerdict;

typedef struct {
    StillVerdict verdict;
    double difference_db; /* mean difference: 0 for black against white; -INFINITY for none */
    double block_levels;  /* mean difference in the block that changed most, 0 to 255 */
} StillFigures;

/* Compares two luma planes of one size, at least STILL_BLOCK wide and high, at most STILL_WIDTH_MAX
 * wide. */
StillFigures still_compare(const LumaPlane *before, const LumaPlane *now);

/* The verdict on @figures, had a block to change by @block_levels for the picture to move. */
StillVerdict still_verdict(const StillFigures *figures, double block_levels);

/**
 * still_fold:
 * @fold: of what was folded before; 0 to begin
 * @step: every so many rows are taken, at least 1
 *
 * Returns: a number that differs where any byte of the rows does, but for one case in 2^64
 */
uint64_t still_fold(uint64_t fold, const LumaPlane *plane, unsigned step);

/* "moving", "noise", "exact": words of the evidence. Never NULL. */
const char *still_name(StillVerdict verdict);
