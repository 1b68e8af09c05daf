/* The mean of squared differences, in decibels of full scale. */
#include "pipelines/measure/still.h"

#include <math.h>

#define FULL_SCALE 255.0
#define BLOCK      4096u /* pixels whose squares fit 32 bits: 4096 times 255 squared */

static uint64_t
squares(const uint8_t *before, const uint8_t *now, size_t count)
{
    uint64_t sum = 0;

    for (size_t from = 0; from < count; from += BLOCK) {
        const size_t end = count - from < BLOCK ? count : from + BLOCK;
        uint32_t part = 0;

        for (size_t i = from; i < end; i++) {
            const int difference = now[i] - before[i];

            part += (uint32_t)(difference * difference);
        }
        sum += part;
    }
    return sum;
}

StillFigures
still_compare(const uint8_t *before, const uint8_t *now, size_t count)
{
    const uint64_t sum = squares(before, now, count);

    if (sum == 0)
        return (StillFigures){STILL_EXACT, -INFINITY};
    const double mean = (double)sum / (double)count;
    const double db = 10 * log10(mean / (FULL_SCALE * FULL_SCALE));

    return (StillFigures){db < STILL_DB ? STILL_NOISE : STILL_MOVING, db};
}

const char *
still_name(StillVerdict verdict)
{
    switch (verdict) {
    case STILL_MOVING:
        return "moving";
    case STILL_NOISE:
        return "noise";
    case STILL_EXACT:
        return "exact";
    }
    return "moving";
}
