/* Pictures that were shown before and are to be recognised: a fingerprint each. Pure.
 *
 * A fingerprint is the mean of Y, Cb and Cr in 16 x 9 fields, plane after plane, in rows from the
 * top left. A few fields may differ by anything: a clock, a logo. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/measure/picture-view.h"

#define SLATE_COLUMNS      16u
#define SLATE_ROWS         9u
#define SLATE_FIELDS       (SLATE_COLUMNS * SLATE_ROWS)
#define SLATE_PRINT_BYTES  (3u * SLATE_FIELDS)
#define SLATE_FIELD_LEVELS 10u /* a field that differs by more, in any plane, is another */
#define SLATE_FIELDS_OTHER 10u /* fields that may be others */
#define SLATE_LEVELS       3.0 /* mean difference of the rest, from which the picture is another */

typedef struct {
    uint8_t bytes[SLATE_PRINT_BYTES];
} SlatePrint;

/* @picture: the small one, full range. */
void slate_print(const PictureView *picture, SlatePrint *ret_print);

/* Which of @n prints @seen is nearest to and alike. Returns: its index; -1: none */
int slate_find(const SlatePrint *prints, size_t n, const SlatePrint *seen);
