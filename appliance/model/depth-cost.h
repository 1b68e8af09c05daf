/* What looking at a channel costs at each depth: measured where its worker has looked so, estimated
 * where it has not, from its other depths' neighbours on this box. All in cores (CPU seconds a
 * second). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pipelines/contract/message.h"

#define DEPTH_COUNT ((unsigned)DEPTH_FULL + 1)

/* Old measurements fade, so that a stream that changed is learned anew within about a minute. */
typedef struct {
    double cpu_s;  /* CPU seconds */
    double time_s; /* the seconds that they were spent in */
} DepthMeasure;

typedef struct {
    double area; /* of the picture, against 1920 x 1080; 0 while unknown */
    DepthMeasure measures[DEPTH_COUNT];
} DepthCost;

/* This box against the one that the estimates come from, by depth; all zero: not known. */
typedef struct {
    double ratio[DEPTH_COUNT];
} DepthSpeed;

/* One channel of the input whose process was measured. */
typedef struct {
    DepthCost *cost; /* no-ref */
    Depth depth;     /* at which it was looked at all the time */
} DepthShare;

/* Cores that the channel takes at @depth; never less than at a shallower one. */
double depth_cost_cores(const DepthCost *cost, Depth depth, const DepthSpeed *speed);

/**
 * depth_cost_learn:
 * @shares: (array length=n): the channels that one process looked at
 * @cpu_s: its CPU seconds
 * @time_s: in so many seconds; above 0
 *
 * What several channels spent together is split by what each was expected to spend.
 */
void depth_cost_learn(
    const DepthShare *shares, size_t n, const DepthSpeed *speed, double cpu_s, double time_s);

/* How this box compares, by the channels measured so far. */
void depth_speed_learn(DepthSpeed *speed, const DepthCost *const *costs, size_t n);
