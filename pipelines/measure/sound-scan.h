/* One pass over a block of every channel: peaks, energies, differences, runs at full scale. Pure.
 *
 * Level, phase, clipping and true peak are all made of what it finds. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SOUND_SCAN_BLOCK 64u /* samples a channel, at most */

/* From here a sample is at full scale: the highest value of 12 bits, as codecs do not keep the last
 * one exactly. */
#define SOUND_FULL_SCALE 0.9995f

#define SOUND_SAMPLE_MAX                                                                           \
    32.0f /* what is larger, or no number, is broken: it counts as full scale */

typedef struct {
    float peak;   /* largest magnitude */
    float square; /* sum of squares */
} SoundScan;

/* @count: 1 to SOUND_SCAN_BLOCK. A @peak that is not below SOUND_SAMPLE_MAX tells of broken
 * samples; the other figures then mean nothing. */
SoundScan sound_scan(const float *samples, size_t count);

/* Sum of the squares of left less right. */
float sound_scan_difference(const float *left, const float *right, size_t count);

/* Copies @samples; broken ones become full scale. Returns: how many there were */
size_t sound_scan_mended(const float *samples, size_t count, float *ret_samples);

/* A run of samples at full scale, across blocks. All-zero is the initial state. */
typedef struct {
    unsigned length; /* of the run that is under way */
    bool negative;   /* its sign */
} SoundClip;

#define SOUND_CLIP_RUN                                                                             \
    3u /* so many in a row are a clipped peak; fewer may just have touched it                      \
        */

/* Returns: how many runs reached SOUND_CLIP_RUN in this block. @peak: of the block */
unsigned sound_clip_add(SoundClip *clip, const float *samples, size_t count, float peak);
