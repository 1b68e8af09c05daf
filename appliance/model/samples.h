/* The last hour at one value a second, of one channel: what charts show without a database.
 *
 * 15 columns of 3,600 floats: 211 KiB a channel, 12.4 MiB for sixty. For one thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

#define SAMPLES_SPAN    3600u /* seconds that are kept */
#define SAMPLES_COLUMNS 15u

typedef struct Samples Samples;

/* Columns of one series. NAN where nothing was measured. */
typedef struct {
    size_t n;      /* entries of each array */
    MonoUs *at_us; /* begin of each bucket, ascending */
    double *minimum;
    double *maximum;
    double *mean;
} SampleSeries;

Samples *samples_new(void);
void samples_free(Samples *samples); /* (nullable) */

/* Whether @metric is kept: BITRATE, CC_ERRORS, PACKETS, OWN_DROPS, AUDIO_PEAK, AUDIO_RMS,
 * LUMA_MEAN, PCR_INTERVAL_MAX, PCR_ACCURACY, INTERVAL_MAX, DIFFERENCE, and LOUDNESS (momentary,
 * short-term, integrated) and TRUE_PEAK_NOW of the first stream of sound. */
bool samples_has(unsigned metric);

/* Keeps @value for the second of @at_us. Counters are put as their growth in that second: a second
 * value for the same second is added for counters, and replaces for gauges. Ignored: metrics that
 * are not kept, values that are not finite, times older than the span. */
void samples_put(Samples *samples, unsigned metric, MonoUs at_us, double value);

/**
 * samples_query:
 * @from_us, @to_us: the half-open span asked for; cut to what is kept
 * @max_points: at most so many buckets, each of whole seconds; 0: 3,600
 * @ret_series: (out): freed with sample_series_clear()
 *
 * A bucket in which nothing was measured is there, as NAN. An unknown metric gives no buckets.
 */
void samples_query(const Samples *samples,
                   unsigned metric,
                   MonoUs from_us,
                   MonoUs to_us,
                   size_t max_points,
                   SampleSeries *ret_series);

void sample_series_clear(SampleSeries *series);
