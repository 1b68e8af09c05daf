/* How bright a picture is, and whether it is black. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LUMA_LIMITED_MIN 16u /* 8-bit video range, ITU-R BT.709 */
#define LUMA_LIMITED_MAX 235u
#define LUMA_FULL_MAX    255u
#define LUMA_DARK        0.10 /* of the range: darker pixels count as dark */
#define LUMA_BLACK_SHARE 0.98 /* share of dark pixels from which the picture is black */

/* One 8-bit luma plane. */
typedef struct {
    const uint8_t *data; /* no-ref; the first row */
    size_t stride;       /* bytes from one row to the next, at least @width */
    unsigned width;      /* pixels, at least 1 */
    unsigned height;     /* rows, at least 1 */
} LumaPlane;

typedef struct {
    double mean;       /* 0 black to 1 white, of the range; not below 0 nor above 1 */
    double dark_share; /* of all pixels, 0 to 1 */
    uint8_t min;       /* as coded */
    uint8_t max;       /* as coded */
    bool black;        /* @dark_share is at least the rule's black_share */
} LumaFigures;

/* What counts as dark, and as black. */
typedef struct {
    double dark;        /* of the range: darker pixels count as dark */
    double black_share; /* share of dark pixels from which the picture is black */
} LumaRule;

/* LUMA_DARK and LUMA_BLACK_SHARE. */
LumaRule luma_rule_default(void);

/* The same as below, by @rule. */
LumaFigures luma_measure_by(const LumaPlane *plane, bool full_range, const LumaRule *rule);

/* By the rule of luma_rule_default(). @full_range: 0 to 255 is black to white; otherwise 16 to 235
 * is. */
LumaFigures luma_measure(const LumaPlane *plane, bool full_range);
