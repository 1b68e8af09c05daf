/* A bit rate against what it usually is: the median of the last 24 h that packets came in.
 *
 * All seconds count for the median, also those that are off it: after an intended change the new
 * rate is the usual one within 12 hours. Nothing is judged before RATE_LEARNED spans are full. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"
#include "pipelines/contract/limit-list.h"

#define RATE_SPANS   144u                  /* that are remembered */
#define RATE_SPAN_US (600 * US_PER_SECOND) /* of rates that came, one by one second */
#define RATE_LEARNED 3u                    /* spans before anything is judged */

typedef struct {
    float means[RATE_SPANS]; /* bit/s, a ring; @n of them are set */
    unsigned n;
    unsigned next;        /* where the next one goes */
    double sum_bps;       /* of the present span */
    unsigned count;       /* seconds in it */
    double median_bps;    /* 0 while it is not learned */
    MonoUs off_since_us;  /* since when it is off by the smaller limit; 0: it is not */
    MonoUs drop_since_us; /* since when it has fallen by the larger one; 0: it has not */
    MonoUs good_since_us; /* since when it is not off */
    bool off;             /* what was last said */
} RateMedian;             /* all-zero is the initial state */

typedef struct {
    Severity severity; /* SEVERITY_CLEARED: not off, or not known */
    MonoUs since_us;   /* since when that is so */
    double ratio;      /* of the rate to its median; 0 while that is not known */
} RateVerdict;

/* Takes the mean of one second (at least 0, finite) and judges it. @at_us: never decreases. A
 * second that is not shown, as nothing came or this box lost packets, leaves all as it is. */
RateVerdict rate_median_add(RateMedian *rate, double bps, const Limits *limits, MonoUs at_us);

/* Largest distance of a span's mean from the median, as a share; 0 while nothing is learned. */
double rate_median_spread(const RateMedian *rate);

/* Sets what was remembered from before a restart: @n means, oldest first. */
void rate_median_restore(RateMedian *rate, const float *means, size_t n);
