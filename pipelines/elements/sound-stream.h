/* One stream of sound from decoded frames to figures: format, windows, conditions, loudness, time
 * stamps. One thread; no GStreamer. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/condition.h"
#include "pipelines/base/units.h"
#include "pipelines/elements/sound-decoder.h"
#include "pipelines/measure/sound-judge.h"

#define SOUND_METER_CHANNELS SOUND_CHANNELS_MAX /* measured; more are counted only */
#define SOUND_METER_WINDOW_US                                                                      \
    (US_PER_SECOND / SOUND_WINDOWS_A_SECOND) /* of sound, by its samples */
#define SOUND_FORMAT_MAX 32u                 /* bytes of a format in words, with the terminator */

typedef struct {
    unsigned n_channels; /* at most SOUND_METER_CHANNELS */
    float peak_dbfs[SOUND_METER_CHANNELS];
    float rms_dbfs[SOUND_METER_CHANNELS];
    MonoUs at_us; /* arrival of the unit in which the window ended */
} SoundLevels;

/* In which format the sound comes. */
typedef struct {
    char words[SOUND_FORMAT_MAX]; /* "AAC 2.0 48 kHz"; "" before the first */
    uint64_t number;              /* of formats since the start */
    MonoUs since_us;              /* arrival of the unit in which it began */
    Pts90 pts;                    /* of that unit; PTS90_MODULUS without one */
} SoundFormat;

/* What the time stamps say against the samples. */
typedef struct {
    bool known;
    int64_t gap_us; /* PTS minus what the samples since the first one amount to */
    uint64_t jumps; /* beyond SOUND_JUMP_US at once: another time base; the gap begins anew */
} SoundClockGap;

#define SOUND_JUMP_US US_PER_SECOND

/* All-zero while nothing was measured. */
typedef struct {
    uint64_t windows; /* measured */
    uint64_t
        damaged;     /* windows that were not judged: frames were refused, or packets are missing */
    uint64_t frames; /* that the decoder gave */
    uint64_t errors; /* frames that it refused */
    Condition silent;                       /* every channel below -60 dBFS */
    Condition conditions[SOUND_CONDITIONS]; /* @silent among them */
    double peak_dbfs;                       /* highest sample peak of the last second */
    double rms_dbfs;                        /* of the loudest channel, over the last second */
    double true_peak_dbtp;                  /* of the last second */
    double true_peak_max_dbtp;              /* of the programme */
    bool phase_known;                       /* left and right were loud enough to be compared */
    double correlation;                     /* of left and right, mean of the last second */
    uint64_t clips;                         /* runs at full scale */
    uint64_t broken;                        /* samples that were no number */
    LoudnessFigures loudness;               /* of a second ago at most */
    unsigned n_channels;
    unsigned rate_hz;
    SoundFormat format;
    SoundClockGap clock;
    SoundLevels last; /* newest window; at_us 0 before the first */
} SoundFigures;

typedef struct SoundStream SoundStream;

SoundStream *sound_stream_new(void);         /* (transfer full) */
void sound_stream_free(SoundStream *stream); /* (nullable) */

/* What the sound is judged by. */
typedef struct {
    double silence_dbfs;   /* RMS of the loudest channel below which all is silent */
    double true_peak_dbtp; /* above it, peaks are high */
} SoundLimits;

/* From the next window on; LEVEL_SILENCE_DBFS and those of sound_rules_default() before. */
void sound_stream_set_limits(SoundStream *stream, const SoundLimits *limits);

/* The next frames come from a unit that arrived at @arrived_us; @lost: packets within it or before
 * it are missing. */
void sound_stream_begin_unit(SoundStream *stream, MonoUs arrived_us, bool lost);

/* Takes what the decoder gave. */
void sound_stream_add(SoundStream *stream, const SoundFrame *frame);

/* @refused frames of the unit could not be decoded. They are no silence: nothing is judged until
 * whole windows follow. */
void sound_stream_end_unit(SoundStream *stream, unsigned refused);

/* Begins the figures of a programme anew, with the next window. */
void sound_stream_begin_programme(SoundStream *stream);

/* Nothing follows: loudness is brought up to the last sample. */
void sound_stream_finish(SoundStream *stream);

/* The decoder was changed: what comes next is not of the same stream. */
void sound_stream_restart(SoundStream *stream);

/* As of the last whole window. Returns: (transfer none) */
const SoundFigures *sound_stream_figures(const SoundStream *stream);
