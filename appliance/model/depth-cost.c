/* Estimates that measurements replace. */
#include "appliance/model/depth-cost.h"

#include <glib.h>
#include <math.h>

#define FADE_S     60.0 /* a measurement counts a third after so long */
#define PRIOR_S    4.0  /* the estimate counts as much as a measurement of so many seconds */
#define KNOWN_S    4.0  /* from so many seconds on a depth counts as measured */
#define AREA_MIN   0.05
#define AREA_MAX   8.0
#define RATIO_MIN  0.05
#define RATIO_MAX  20.0
#define BIT_STREAM 0.0045 /* of which nothing depends on the picture's size */

/* Cores for 1080p25 H.264 of 8 Mb/s, all checks and segments, on the machine where it was measured.
 */
static const double priors[DEPTH_COUNT] = {BIT_STREAM, 0.012, 0.030, 0.24};

static double
prior_of(const DepthCost *cost, Depth depth)
{
    const double area = cost->area > 0 ? CLAMP(cost->area, AREA_MIN, AREA_MAX) : 1.0;

    return BIT_STREAM + (priors[depth] - BIT_STREAM) * area;
}

static double
speed_of(const DepthSpeed *speed, Depth depth)
{
    return speed->ratio[depth] > 0 ? speed->ratio[depth] : 1.0;
}

static double
cores_at(const DepthCost *cost, Depth depth, const DepthSpeed *speed)
{
    const DepthMeasure *measure = &cost->measures[depth];
    const double prior = prior_of(cost, depth) * speed_of(speed, depth);

    return (prior * PRIOR_S + measure->cpu_s) / (PRIOR_S + measure->time_s);
}

double
depth_cost_cores(const DepthCost *cost, Depth depth, const DepthSpeed *speed)
{
    double cores = 0;

    for (Depth d = DEPTH_BITSTREAM; d <= depth; d++)
        cores = MAX(cores, cores_at(cost, d, speed));
    return cores;
}

void
depth_cost_learn(
    const DepthShare *shares, size_t n, const DepthSpeed *speed, double cpu_s, double time_s)
{
    const double kept = exp(-time_s / FADE_S);
    double expected = 0;

    if (!(time_s > 0 && cpu_s >= 0 && isfinite(cpu_s)))
        return;
    for (size_t i = 0; i < n; i++)
        expected += cores_at(shares[i].cost, shares[i].depth, speed);
    for (size_t i = 0; i < n && expected > 0; i++) {
        DepthMeasure *measure = &shares[i].cost->measures[shares[i].depth];
        const double share = cores_at(shares[i].cost, shares[i].depth, speed) / expected;

        measure->cpu_s = measure->cpu_s * kept + cpu_s * share;
        measure->time_s = measure->time_s * kept + time_s;
    }
}

/* A depth that nobody was looked at goes by its nearest neighbour that is known. */
static void
fill_unknown(DepthSpeed *speed)
{
    for (unsigned d = 1; d < DEPTH_COUNT; d++) {
        if (speed->ratio[d] <= 0)
            speed->ratio[d] = speed->ratio[d - 1];
    }
    for (unsigned d = DEPTH_COUNT - 1; d-- > 0;) {
        if (speed->ratio[d] <= 0)
            speed->ratio[d] = speed->ratio[d + 1];
    }
}

void
depth_speed_learn(DepthSpeed *speed, const DepthCost *const *costs, size_t n)
{
    *speed = (DepthSpeed){0};
    for (Depth d = DEPTH_BITSTREAM; d <= DEPTH_FULL; d++) {
        double measured = 0, expected = 0;

        for (size_t i = 0; i < n; i++) {
            const DepthMeasure *measure = &costs[i]->measures[d];

            if (measure->time_s < KNOWN_S)
                continue;
            measured += measure->cpu_s / measure->time_s;
            expected += prior_of(costs[i], d);
        }
        if (expected > 0)
            speed->ratio[d] = CLAMP(measured / expected, RATIO_MIN, RATIO_MAX);
    }
    fill_unknown(speed);
}
