/* Times between the datagrams of a channel as they leave, in bins of a millisecond. Pure. */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define ARRIVAL_BINS 1000 /* the last takes all that is longer */

typedef struct {
    uint64_t bin[ARRIVAL_BINS]; /* times from i ms to below i + 1 */
    uint64_t count;             /* times in all */
    MonoUs last_us;             /* 0: none has left */
    MonoUs longest_us;
} Arrivals;

/* @count datagrams leave together. */
void arrivals_add(Arrivals *arrivals, MonoUs now_us, unsigned count);

/* The bin that holds the time which @share of all times (0 to 1) do not exceed. ms */
unsigned arrivals_percentile(const Arrivals *arrivals, double share);

/* Appends `,"iat":{...}`: count, p50_ms, p99_ms (lower ends of bins), max_us, and the bins that are
 * not empty, keyed by their lower ends in ms. */
void arrivals_append(const Arrivals *arrivals, GString *json);
