/* All that is measured of one stream of sound, in one pass: levels, true peak, phase, clipping, and
 * loudness. Pure.
 *
 * Windows of 200 ms, by the samples themselves, are handed out one by one; loudness goes on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/measure/level.h"
#include "pipelines/measure/loudness.h"
#include "pipelines/measure/phase.h"
#include "pipelines/measure/sound-layout.h"
#include "pipelines/measure/sound-scan.h"
#include "pipelines/measure/true-peak.h"

#define SOUND_WINDOWS_A_SECOND 5u
#define SOUND_TRUE_PEAK_FLOOR  LEVEL_FLOOR_DBFS

/* One window of 200 ms. */
typedef struct {
    LevelFigures level;
    bool stereo; /* there are left and right in front; which channels they are: */
    unsigned left, right;
    PhaseFigures front;    /* left against right */
    PhaseFigures surround; /* the same of the surround channels */
    float true_peak_dbtp;  /* of all channels; what full oversampling shows */
    unsigned clips;        /* runs at full scale, of all channels */
    unsigned broken;       /* samples that were no number */
    bool doubtful;         /* it may hold garbage: peaks and clips say nothing of what was sent */
    int64_t length_us;     /* of the window */
    int64_t quiet_head_us; /* how much of its beginning was below the level of silence */
    int64_t quiet_tail_us; /* the same of its end */
} SoundWindow;

/* Initialise with sound_measure_init(). */
typedef struct {
    SoundLayout layout;
    unsigned rate_hz;
    size_t window_frames; /* samples of a window */
    SoundPair front, surround;
    bool has_front, has_surround;
    TruePeakFilter filter;
    TruePeakMemory peaks[SOUND_CHANNELS_MAX];
    SoundClip clips[SOUND_CHANNELS_MAX];

    LevelWindow level; /* of the window that is being filled, as all below */
    PhaseWindow front_phase;
    PhaseWindow surround_phase;
    float true_peak; /* full scale 1 */
    unsigned n_clips;
    unsigned n_broken;
    bool heard;        /* a block was above the level of silence */
    size_t quiet_head; /* samples before the first such block */
    size_t quiet_tail; /* samples since the last */

    Loudness loudness;
    float silence_dbfs;  /* RMS of the loudest channel below which all is silent */
    float silent_square; /* the same as a mean square */
} SoundMeasure;

/* @layout: at least one channel; @rate_hz: at least LOUDNESS_STEPS_A_SECOND. */
void sound_measure_init(SoundMeasure *measure, const SoundLayout *layout, unsigned rate_hz);

/* RMS of the loudest channel below which all is silent from now on; LEVEL_SILENCE_DBFS before. */
void sound_measure_set_silence(SoundMeasure *measure, double dbfs);

/* The same sound goes on in another format: what was measured of its programme stays. */
void
sound_measure_change_format(SoundMeasure *measure, const SoundLayout *layout, unsigned rate_hz);

/**
 * sound_measure_add:
 * @planes: one array a channel of the layout, full scale 1
 * @frames: samples a channel
 *
 * Adds samples until the window is full. Returns: how many were taken, at most @frames
 */
size_t sound_measure_add(SoundMeasure *measure, const float *const *planes, size_t frames);

/* Takes the window when it is full, and begins the next. Returns: whether it was */
bool sound_measure_take(SoundMeasure *measure, SoundWindow *ret_window);
