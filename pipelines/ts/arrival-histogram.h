/* Time between one datagram and the next, as the network delivers them. Pure.
 *
 * Sorted into a few bins, with the largest of each second. An interval above 25 ms warns; three
 * above 50 ms within 60 s are an error. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define ARRIVAL_BINS          14u
#define ARRIVAL_WARN_US       (25 * US_PER_MS)
#define ARRIVAL_ERROR_US      (50 * US_PER_MS)
#define ARRIVAL_ERROR_COUNT   3u                   /* so many above ARRIVAL_ERROR_US ... */
#define ARRIVAL_ERROR_SPAN_US (60 * US_PER_SECOND) /* ... within this are an error */
#define ARRIVAL_HOLD_US       (10 * US_PER_SECOND) /* a warning lasts so long */

typedef enum {
    ARRIVAL_UNKNOWN, /* no interval yet */
    ARRIVAL_GOOD,
    ARRIVAL_WARNING,
    ARRIVAL_ERROR,
} ArrivalState;

typedef struct {
    uint64_t bins[ARRIVAL_BINS]; /* intervals below arrival_bin_bound_us() and not below the bound
                                    of the bin before */
    uint64_t intervals;          /* sum of @bins */
    uint64_t above_warn;         /* above ARRIVAL_WARN_US */
    uint64_t above_error;        /* above ARRIVAL_ERROR_US; counted in @above_warn, too */
    int64_t second_max_us;       /* in the last full second; 0 if none ended in it */
    int64_t max_us;              /* since the start */
    double p99_us;               /* estimate: straight line within the bin; 0 while unknown */
    ArrivalState state;
} ArrivalFigures;

/* All-zero is the initial state. */
typedef struct {
    uint64_t bins[ARRIVAL_BINS];
    uint64_t above_warn;
    uint64_t above_error;
    MonoUs last_us; /* last datagram; 0: the next one begins an interval */
    MonoUs second_end_us;
    int64_t running_max_us; /* in the present second */
    int64_t second_max_us;
    int64_t max_us;
    MonoUs warned_us;                      /* last one above ARRIVAL_WARN_US; 0: none */
    MonoUs errors_us[ARRIVAL_ERROR_COUNT]; /* last ones above ARRIVAL_ERROR_US, a ring */
    bool tainted;                          /* the clock jumped in the present second */
} ArrivalHistogram;

/* Upper bound of bin @bin, not included; US_NEVER for the last one. */
int64_t arrival_bin_bound_us(unsigned bin);

/* A datagram arrived at @arrival_us. One that is earlier than the last counts as interval 0. */
void arrival_histogram_push(ArrivalHistogram *histogram, MonoUs arrival_us);
/* Ends the second if it is over. */
void arrival_histogram_tick(ArrivalHistogram *histogram, MonoUs now_us);
/* The interval to the next datagram is not counted, nor is the maximum of this second. */
void arrival_histogram_clock_jumped(ArrivalHistogram *histogram);
void arrival_histogram_figures(const ArrivalHistogram *histogram,
                               MonoUs now_us,
                               ArrivalFigures *ret_figures);
