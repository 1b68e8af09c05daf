/* A built sound through the measurement, in blocks of changing size. */
#pragma once

#include <glib.h>

#include "pipelines/measure/sound-measure.h"
#include "tests/fixtures/sound-build.h"

typedef struct {
    LoudnessFigures loudness;
    double true_peak_dbtp; /* highest of all windows */
} LoudnessResult;

/* Runs after every @every_frames samples; 0: never. */
typedef void (*LoudnessVisitor)(const SoundMeasure *measure, gsize frames, gpointer user_data);

LoudnessResult loudness_rig_measure(const SoundBuild *sound);
LoudnessResult loudness_rig_watch(const SoundBuild *sound,
                                  gsize every_frames,
                                  LoudnessVisitor visitor,
                                  gpointer user_data);
