/* One pass a row, written so that the compiler makes vectors of it. */
#include "pipelines/measure/luma.h"

typedef struct {
    uint64_t sum;
    uint64_t dark;
    uint8_t min;
    uint8_t max;
} Sums;

static void
add_row(Sums *sums, const uint8_t *row, unsigned width, uint8_t dark_below)
{
    uint32_t sum = 0, dark = 0;
    uint8_t min = sums->min, max = sums->max;

    for (unsigned x = 0; x < width; x++) {
        const uint8_t luma = row[x];

        sum += luma;
        dark += luma < dark_below;
        min = luma < min ? luma : min;
        max = luma > max ? luma : max;
    }
    sums->sum += sum;
    sums->dark += dark;
    sums->min = min;
    sums->max = max;
}

static double
clamp(double ratio)
{
    return ratio < 0 ? 0 : ratio > 1 ? 1 : ratio;
}

LumaRule
luma_rule_default(void)
{
    return (LumaRule){.dark = LUMA_DARK, .black_share = LUMA_BLACK_SHARE};
}

LumaFigures
luma_measure(const LumaPlane *plane, bool full_range)
{
    const LumaRule rule = luma_rule_default();

    return luma_measure_by(plane, full_range, &rule);
}

LumaFigures
luma_measure_by(const LumaPlane *plane, bool full_range, const LumaRule *rule)
{
    const double low = full_range ? 0 : LUMA_LIMITED_MIN;
    const double range = full_range ? LUMA_FULL_MAX : LUMA_LIMITED_MAX - LUMA_LIMITED_MIN;
    const double pixels = (double)plane->width * plane->height;
    Sums sums = {.min = 255};

    for (unsigned y = 0; y < plane->height; y++)
        add_row(&sums, plane->data + y * plane->stride, plane->width,
                (uint8_t)(low + range * rule->dark + 0.5));
    const double dark_share = (double)sums.dark / pixels;

    return (LumaFigures){
        .mean = clamp(((double)sums.sum / pixels - low) / range),
        .dark_share = dark_share,
        .min = sums.min,
        .max = sums.max,
        .black = dark_share >= rule->black_share,
    };
}
