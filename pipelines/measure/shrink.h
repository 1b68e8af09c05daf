/* A smaller picture by whole factors: every square of pixels becomes its mean. Pure.
 *
 * That is what a scaler does with an area filter, in a third of the time, as nothing is weighted.
 */
#pragma once

#include "pipelines/measure/luma.h"

#define SHRINK_FACTOR_MAX 12u
#define SHRINK_WIDTH_MAX  4096u /* of the plane that is made smaller, pixels */
#define SHRINK_LEVELS     256u

/* What each mean is written as. */
typedef struct {
    uint8_t as[SHRINK_LEVELS];
} ShrinkLevels;

/* From what is coded to the full range, 0 to 255; the same if it is @full already. */
ShrinkLevels shrink_levels_luma(bool full);
ShrinkLevels shrink_levels_chroma(bool full);

/**
 * shrink_plane:
 * @from: 8 bits a sample, at most SHRINK_WIDTH_MAX wide
 * @factor: 1 to SHRINK_FACTOR_MAX; rows and columns that are no multiple are left out
 * @to: rows of @from->width / @factor bytes, @from->height / @factor of them
 * @stride: bytes from one row of @to to the next
 */
void shrink_plane(
    const LumaPlane *from, unsigned factor, const ShrinkLevels *levels, uint8_t *to, size_t stride);
