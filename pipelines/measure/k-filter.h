/* The K weighting of ITU-R BS.1770 at any sample rate: a head's shelf and a low cut. Pure. */
#pragma once

#include <stddef.h>

#define K_FILTER_CHANNELS 8u

typedef double KPair __attribute__((vector_size(16))); /* two channels side by side */

/* One section of second order, as direct feed, states' feed and poles. */
typedef struct {
    double through; /* of the input on the output */
    double feed[2]; /* of the input on the states */
    double pole[2]; /* of the first state on both, negative */
} KSection;

/* What two channels remember. */
typedef struct {
    KPair shelf[2];
    KPair cut[2];
} KMemory;

typedef struct {
    KSection shelf;                        /* +4 dB from about 1.7 kHz */
    KSection cut;                          /* below about 38 Hz */
    KMemory memory[K_FILTER_CHANNELS / 2]; /* by pair of channels */
} KFilter;

/* @rate_hz: above 0. The memory is empty. */
void k_filter_init(KFilter *filter, unsigned rate_hz);

/**
 * k_filter_add:
 * @planes: one array a channel, of finite samples
 * @n_channels: at most K_FILTER_CHANNELS
 * @frames: samples a channel
 * @energy: (inout): a channel, what the squares of the weighted samples add up to is added
 */
void k_filter_add(KFilter *filter,
                  const float *const *planes,
                  unsigned n_channels,
                  size_t frames,
                  double *energy);
