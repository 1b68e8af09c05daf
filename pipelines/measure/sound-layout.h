/* Which loudspeaker each channel of a sound is for, and what it weighs in loudness. Pure. */
#pragma once

#include <stdbool.h>

#define SOUND_CHANNELS_MAX 8u /* channels measured; more are left out */

typedef enum {
    SOUND_FRONT_LEFT,
    SOUND_FRONT_RIGHT,
    SOUND_CENTRE,
    SOUND_LOW, /* low-frequency effects: no part of loudness */
    SOUND_SIDE_LEFT,
    SOUND_SIDE_RIGHT,
    SOUND_BACK_LEFT,
    SOUND_BACK_RIGHT,
    SOUND_OTHER, /* weighs as a front channel */
} SoundPosition;

typedef struct {
    unsigned n_channels;                  /* at most SOUND_CHANNELS_MAX; 0: unknown */
    SoundPosition at[SOUND_CHANNELS_MAX]; /* by channel, in the order of the samples */
    bool dual_mono;                       /* one channel that two loudspeakers play */
} SoundLayout;

/* Two channels whose phase is compared. */
typedef struct {
    unsigned left;  /* index of the channel */
    unsigned right; /* the same */
} SoundPair;

/* The usual order for @n_channels: mono; L R; L R C; L R Ls Rs; L R C Ls Rs; L R C LFE Ls Rs;
 * L R C LFE Lb Rb Ls Rs. Others, and those beyond, are SOUND_OTHER. */
SoundLayout sound_layout_of_count(unsigned n_channels);

/* Weight of @channel in the sum of energies, ITU-R BS.1770: 1.41 between 60 and 120 degrees to the
 * side, 1 elsewhere, 0 for low-frequency effects. */
double sound_layout_weight(const SoundLayout *layout, unsigned channel);

/* The pair of channels at @left and @right. Returns: false when @layout has not both */
bool sound_layout_pair(const SoundLayout *layout,
                       SoundPosition left,
                       SoundPosition right,
                       SoundPair *ret_pair);

/* Whether both stand for the same loudspeakers in the same order. */
bool sound_layout_equal(const SoundLayout *a, const SoundLayout *b);
