/* Columns are summed over the rows of a square first, as vectors; then the columns of a square. */
#include "pipelines/measure/shrink.h"

#include <string.h>

#define LUMA_STEPS   (LUMA_LIMITED_MAX - LUMA_LIMITED_MIN) /* of the limited range */
#define CHROMA_STEPS 224
#define CHROMA_ZERO  128
#define FRACTION     32 /* bits of the reciprocal, rounded up: exact for all sums of 16 bits */

static uint8_t
clamp_level(int level)
{
    return (uint8_t)(level < 0 ? 0 : level > (int)LUMA_FULL_MAX ? (int)LUMA_FULL_MAX : level);
}

ShrinkLevels
shrink_levels_luma(bool full)
{
    ShrinkLevels levels;

    for (int i = 0; i < (int)SHRINK_LEVELS; i++) {
        const int above = i - (int)LUMA_LIMITED_MIN;

        levels.as[i] =
            full ? (uint8_t)i
            : above < 0
                ? 0
                : clamp_level((above * (int)LUMA_FULL_MAX + (int)LUMA_STEPS / 2) / (int)LUMA_STEPS);
    }
    return levels;
}

ShrinkLevels
shrink_levels_chroma(bool full)
{
    ShrinkLevels levels;

    for (int i = 0; i < (int)SHRINK_LEVELS; i++) {
        const int scaled = (i - CHROMA_ZERO) * (int)LUMA_FULL_MAX;
        const int half = scaled < 0 ? -CHROMA_STEPS / 2 : CHROMA_STEPS / 2;

        levels.as[i] =
            full ? (uint8_t)i : clamp_level(CHROMA_ZERO + (scaled + half) / CHROMA_STEPS);
    }
    return levels;
}

static void
add_row(uint16_t *sums, const uint8_t *row, unsigned width)
{
    for (unsigned x = 0; x < width; x++)
        sums[x] = (uint16_t)(sums[x] + row[x]);
}

/* @factor: a constant where it is called, so that the inner loop is none. */
static inline void
write_row(const uint16_t *sums, unsigned width, unsigned factor, const uint8_t *levels, uint8_t *to)
{
    const uint32_t n = factor * factor;
    const uint64_t reciprocal = ((UINT64_C(1) << FRACTION) + n - 1) / n;

    for (unsigned x = 0; x < width; x++) {
        uint32_t sum = n / 2;

        for (unsigned i = 0; i < factor; i++)
            sum += sums[x * factor + i];
        to[x] = levels[sum * reciprocal >> FRACTION];
    }
}

void
shrink_plane(
    const LumaPlane *from, unsigned factor, const ShrinkLevels *levels, uint8_t *to, size_t stride)
{
    const unsigned width = from->width / factor;
    uint16_t sums[SHRINK_WIDTH_MAX];

    for (unsigned y = 0; y < from->height / factor; y++, to += stride) {
        memset(sums, 0, width * factor * sizeof sums[0]);
        for (unsigned i = 0; i < factor; i++)
            add_row(sums, from->data + (y * factor + i) * from->stride, width * factor);
        if (factor == 6)
            write_row(sums, width, 6, levels->as, to);
        else if (factor == 4)
            write_row(sums, width, 4, levels->as, to);
        else
            write_row(sums, width, factor, levels->as, to);
    }
}
