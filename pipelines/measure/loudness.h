/* Loudness of a stream of sound: ITU-R BS.1770, EBU R 128 and Tech 3341, ATSC A/85. Pure.
 *
 * The smallest step is 10 ms: momentary (400 ms) and short-term loudness (3 s) are known anew at
 * each, and so are their highest values; blocks for gating end every 100 ms. Memory is bounded
 * however long it runs. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "pipelines/measure/k-filter.h"
#include "pipelines/measure/loudness-gate.h"
#include "pipelines/measure/sound-layout.h"

#define LOUDNESS_STEPS_A_SECOND  100u
#define LOUDNESS_MOMENTARY_STEPS 40u
#define LOUDNESS_SHORT_STEPS     300u
#define LOUDNESS_FLOOR_LUFS      (-120.0) /* what digital silence reads as */

/* Initialise with loudness_init(). */
typedef struct {
    KFilter filter;
    unsigned rate_hz;
    unsigned n_weighed;                   /* channels that are part of loudness */
    unsigned weighed[SOUND_CHANNELS_MAX]; /* which */
    double weight[SOUND_CHANNELS_MAX];    /* of each of them */
    double open[SOUND_CHANNELS_MAX];      /* their energy in the step that is being filled */
    size_t open_frames;                   /* samples in it */
    size_t step_frames;                   /* samples it will have */
    unsigned odd;                         /* hundredths of a sample owed to steps to come */
    uint64_t earlier;                     /* steps of the programme in other formats */
    uint64_t steps;                       /* whole steps in this format */
    double power[LOUDNESS_SHORT_STEPS];   /* mean square of the last steps, a ring */
    double momentary;                     /* sums over the last steps */
    double short_term;                    /* the same */
    double max_momentary, max_short_term; /* highest mean squares of the programme */
    uint64_t since;                       /* @steps when the programme began */
    LoudnessGate blocks;                  /* of the programme, 400 ms each */
    LoudnessGate long_blocks;             /* 3 s each */
    LoudnessHour hour;                    /* of both, whatever the programme */
    LoudnessHour long_hour;
} Loudness;

/* In LUFS, but for the range; NAN where nothing can be said yet. */
typedef struct {
    double momentary_lufs;
    double short_term_lufs;
    double integrated_lufs;      /* of the programme */
    double range_lu;             /* of the programme */
    double max_momentary_lufs;   /* of the programme */
    double max_short_term_lufs;  /* of the programme */
    double programme_s;          /* seconds of sound since it began */
    double hour_integrated_lufs; /* of the last hour of sound, by slices of five minutes */
    double hour_range_lu;        /* the same */
    double hour_s;               /* how much sound that is: 3300 to 3600 once it is full */
} LoudnessFigures;

/* @rate_hz: at least LOUDNESS_STEPS_A_SECOND. */
void loudness_init(Loudness *loudness, const SoundLayout *layout, unsigned rate_hz);

/* The sound goes on in another layout or at another rate: the programme and the hour keep what they
 * have, momentary and short-term loudness begin anew. */
void loudness_change_format(Loudness *loudness, const SoundLayout *layout, unsigned rate_hz);

/* Begins a new programme; what is momentary, short-term and hourly goes on. */
void loudness_begin_programme(Loudness *loudness);

/* Adds @frames finite samples of each channel; @planes: one array a channel of the layout. */
void loudness_add(Loudness *loudness, const float *const *planes, size_t frames);

LoudnessFigures loudness_figures(const Loudness *loudness);
