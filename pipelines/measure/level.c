/* Each format has one loop over one channel with a stride, so that planar and interleaved are one.
 */
#include "pipelines/measure/level.h"

#include <math.h>

typedef struct {
    float peak;
    double square;
} Block;

static Block
block_s16(const int16_t *samples, size_t stride, size_t frames)
{
    int peak = 0;
    uint64_t square = 0;

    for (size_t i = 0; i < frames; i++) {
        const int sample = samples[i * stride];
        const int size = sample < 0 ? -sample : sample;

        peak = size > peak ? size : peak;
        square += (uint64_t)(sample * (int64_t)sample);
    }
    return (Block){(float)peak / 32768.0f, (double)square / (32768.0 * 32768.0)};
}

static Block
block_s32(const int32_t *samples, size_t stride, size_t frames)
{
    Block block = {0, 0};

    for (size_t i = 0; i < frames; i++) {
        const double sample = samples[i * stride] / 2147483648.0;
        const float size = (float)fabs(sample);

        block.peak = size > block.peak ? size : block.peak;
        block.square += sample * sample;
    }
    return block;
}

static Block
block_float(const float *samples, size_t stride, size_t frames)
{
    Block block = {0, 0};

    for (size_t i = 0; i < frames; i++) {
        const float sample = isfinite(samples[i * stride]) ? samples[i * stride] : 1.0f;
        const float size = fabsf(sample);

        block.peak = size > block.peak ? size : block.peak;
        block.square += (double)sample * sample;
    }
    return block;
}

static Block
block_of(LevelFormat format, const void *const *planes, unsigned channel, unsigned n, size_t frames)
{
    switch (format) {
    case LEVEL_S16:
        return block_s16((const int16_t *)planes[0] + channel, n, frames);
    case LEVEL_S16_PLANAR:
        return block_s16(planes[channel], 1, frames);
    case LEVEL_S32:
        return block_s32((const int32_t *)planes[0] + channel, n, frames);
    case LEVEL_S32_PLANAR:
        return block_s32(planes[channel], 1, frames);
    case LEVEL_FLOAT:
        return block_float((const float *)planes[0] + channel, n, frames);
    case LEVEL_FLOAT_PLANAR:
        return block_float(planes[channel], 1, frames);
    }
    return (Block){0, 0};
}

void
level_add(LevelWindow *window,
          LevelFormat format,
          const void *const *planes,
          unsigned n_channels,
          size_t frames)
{
    const unsigned measured = n_channels < LEVEL_CHANNELS_MAX ? n_channels : LEVEL_CHANNELS_MAX;

    if (window->n_channels != measured)
        *window = (LevelWindow){.n_channels = measured};
    for (unsigned channel = 0; channel < measured; channel++) {
        const Block block = block_of(format, planes, channel, n_channels, frames);

        if (block.peak > window->peak[channel])
            window->peak[channel] = block.peak;
        window->square[channel] += block.square;
    }
    window->frames += frames;
}

static float
decibels(double ratio)
{
    const float db = ratio > 0 ? (float)(20 * log10(ratio)) : LEVEL_FLOOR_DBFS;

    return db > LEVEL_FLOOR_DBFS ? db : LEVEL_FLOOR_DBFS;
}

LevelFigures
level_figures(const LevelWindow *window)
{
    LevelFigures figures = {
        .n_channels = window->frames > 0 ? window->n_channels : 0,
        .loudest_rms_dbfs = LEVEL_FLOOR_DBFS,
        .highest_peak_dbfs = LEVEL_FLOOR_DBFS,
    };

    for (unsigned i = 0; i < LEVEL_CHANNELS_MAX; i++) {
        const bool measured = i < figures.n_channels;
        const double mean = measured ? window->square[i] / (double)window->frames : 0;

        figures.peak_dbfs[i] = decibels(measured ? (double)window->peak[i] : 0);
        figures.rms_dbfs[i] = decibels(sqrt(mean));
        figures.loudest_rms_dbfs = fmaxf(figures.loudest_rms_dbfs, figures.rms_dbfs[i]);
        figures.highest_peak_dbfs = fmaxf(figures.highest_peak_dbfs, figures.peak_dbfs[i]);
    }
    figures.silent = figures.n_channels > 0 && figures.loudest_rms_dbfs < LEVEL_SILENCE_DBFS;
    return figures;
}
