/* True peak of one channel by oversampling, ITU-R BS.1770 annex 2. Pure.
 *
 * Samples come in blocks. A block is left out of the oversampling when it cannot raise the peak
 * that is looked for: no value between samples is above the highest sample around it times
 * true_peak_gain(), which is the largest sum of magnitudes of any phase of the filter. What is
 * shown is therefore what full oversampling shows. */
#pragma once

#include <stddef.h>

#define TRUE_PEAK_TAPS  12u /* a phase; half as many samples on either side */
#define TRUE_PEAK_BLOCK 64u /* samples in a block, at most */
#define TRUE_PEAK_PAST  14u /* samples before the block that are looked at */

/* The filter for a sample rate: phases between the samples. */
typedef struct {
    unsigned factor;                      /* oversampling: 4, 2 or 1 */
    float early_even[TRUE_PEAK_TAPS / 2]; /* a quarter after a sample: part equal on both sides */
    float early_odd[TRUE_PEAK_TAPS / 2]; /* and part of opposite sign; mirrored, a quarter before */
    float middle[TRUE_PEAK_TAPS / 2];    /* half way: the same on both sides */
    float gain;                          /* largest sum of magnitudes */
} TruePeakFilter;

/* What one channel remembers. All-zero is the initial state. */
typedef struct {
    float samples[TRUE_PEAK_PAST + TRUE_PEAK_BLOCK]; /* the last ones, then the block */
    float before;                                    /* peak of the remembered samples */
} TruePeakMemory;

/* Four times below 96 kHz, twice below 192 kHz, else once. */
void true_peak_init(TruePeakFilter *filter, unsigned rate_hz);

/* Upper bound of a value between samples, relative to the highest sample around it. */
float true_peak_gain(const TruePeakFilter *filter);

/**
 * true_peak_add:
 * @samples: finite
 * @count: 1 to TRUE_PEAK_BLOCK
 * @sample_peak: highest magnitude of @samples
 * @known: the peak that is looked for, so far
 *
 * Returns: @known, or what is higher in this block: of its samples, and between them as far as the
 * filter reaches; full scale is 1
 */
float true_peak_add(const TruePeakFilter *filter,
                    TruePeakMemory *memory,
                    const float *samples,
                    size_t count,
                    float sample_peak,
                    float known);
