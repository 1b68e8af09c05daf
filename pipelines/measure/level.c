/* From sums to decibels. */
#include "pipelines/measure/level.h"

#include <math.h>

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
