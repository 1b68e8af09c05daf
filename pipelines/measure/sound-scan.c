/* Lanes of four; what does not fill them is done one by one. */
#include "pipelines/measure/sound-scan.h"

#include <math.h>

#include "pipelines/measure/lanes.h"

SoundScan
sound_scan(const float *samples, size_t count)
{
    LaneFloats top = {0, 0, 0, 0}, sum = {0, 0, 0, 0};
    float peak = 0, square = 0;
    size_t i = 0;

    for (; i + LANES <= count; i += LANES) {
        const LaneFloats lanes = lanes_load(samples + i);

        top = lanes_max(top, lanes_size(lanes));
        sum += lanes * lanes;
    }
    for (; i < count; i++) {
        const float size = fabsf(samples[i]);

        peak = peak > size ? peak : size;
        square += size * size;
    }
    square += lanes_sum(sum);
    if (!isfinite(square)) /* the top passes over what is no number; the sum does not */
        return (SoundScan){INFINITY, square};
    return (SoundScan){fmaxf(peak, lanes_highest(top)), square};
}

float
sound_scan_difference(const float *left, const float *right, size_t count)
{
    LaneFloats sum = {0, 0, 0, 0};
    float square = 0;
    size_t i = 0;

    for (; i + LANES <= count; i += LANES) {
        const LaneFloats lanes = lanes_load(left + i) - lanes_load(right + i);

        sum += lanes * lanes;
    }
    for (; i < count; i++)
        square += (left[i] - right[i]) * (left[i] - right[i]);
    return square + lanes_sum(sum);
}

size_t
sound_scan_mended(const float *samples, size_t count, float *ret_samples)
{
    size_t broken = 0;

    for (size_t i = 0; i < count; i++) {
        const bool sound = fabsf(samples[i]) < SOUND_SAMPLE_MAX;

        ret_samples[i] = sound ? samples[i] : copysignf(1, samples[i]);
        broken += !sound;
    }
    return broken;
}

unsigned
sound_clip_add(SoundClip *clip, const float *samples, size_t count, float peak)
{
    unsigned runs = 0;

    if (peak < SOUND_FULL_SCALE) {
        clip->length = 0;
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        const bool negative = samples[i] < 0;

        if (fabsf(samples[i]) < SOUND_FULL_SCALE)
            clip->length = 0;
        else if (clip->length > 0 && clip->negative == negative)
            clip->length++;
        else
            clip->length = 1;
        clip->negative = negative;
        runs += clip->length == SOUND_CLIP_RUN;
    }
    return runs;
}
