/* Four samples side by side, in what every 64-bit processor has: SSE2, NEON. Pure. */
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 4u

typedef float LaneFloats __attribute__((vector_size(16)));
typedef int32_t LaneInts __attribute__((vector_size(16)));

/* The next LANES samples; @from need not be aligned. */
static inline LaneFloats
lanes_load(const float *from)
{
    LaneFloats lanes;

    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

/* Magnitudes. */
static inline LaneFloats
lanes_size(LaneFloats lanes)
{
    return (LaneFloats)((LaneInts)lanes & INT32_MAX);
}

/* The larger of each two; of two that cannot be compared, @b. */
static inline LaneFloats
lanes_max(LaneFloats a, LaneFloats b)
{
    const LaneInts larger = a > b;

    return (LaneFloats)(((LaneInts)a & larger) | ((LaneInts)b & ~larger));
}

static inline float
lanes_highest(LaneFloats lanes)
{
    return fmaxf(fmaxf(lanes[0], lanes[1]), fmaxf(lanes[2], lanes[3]));
}

static inline float
lanes_sum(LaneFloats lanes)
{
    return lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
}
