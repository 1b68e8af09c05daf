/* Whether a picture is the one before it, once more: exactly, or but for noise. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define STILL_DB                                                                                   \
    (-60.0) /* mean squared difference, against full scale, below which it is noise                \
             */

typedef enum {
    STILL_MOVING,
    STILL_NOISE, /* below STILL_DB: may be a still logo, or a frozen picture coded anew */
    STILL_EXACT, /* not one pixel differs */
} StillVerdict;

typedef struct {
    StillVerdict verdict;
    double difference_db; /* 0 for black against white; -INFINITY for an exact repeat */
} StillFigures;

/* Compares two luma planes of @count pixels each, at least 1, of the same size. */
StillFigures still_compare(const uint8_t *before, const uint8_t *now, size_t count);

/* "moving", "noise", "exact": words of the evidence. Never NULL. */
const char *still_name(StillVerdict verdict);
