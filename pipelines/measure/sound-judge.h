/* Which conditions hold on one stream of sound, by its windows. Pure: windows and time come in,
 * what changed comes out; when it began and ended is in the condition. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/measure/condition-timer.h"
#include "pipelines/measure/sound-measure.h"

typedef enum {
    SOUND_SILENT,       /* every channel is below LEVEL_SILENCE_DBFS */
    SOUND_CHANNEL_DEAD, /* one of left and right is, while the other sounds */
    SOUND_INVERTED,     /* left and right, or the surround channels, are in opposite phase */
    SOUND_MONO,         /* left and right are the same */
    SOUND_CLIPPED,      /* runs of samples at full scale */
    SOUND_PEAK_HIGH,    /* true peaks above what is permitted */
    SOUND_CONDITIONS,   /* how many there are */
} SoundCondition;

typedef struct {
    ConditionRule rules[SOUND_CONDITIONS]; /* how long each must last, and be gone */
    double sounding_dbfs;                  /* RMS from which a channel shows the other dead */
    double true_peak_dbtp;                 /* above it, peaks are high */
} SoundRules;

/* Silence from 2 s, or the end of the sound's windows; phase, mono and dead channels from 5 s;
 * clipping and peaks at once, until 2 s without; -1 dBTP, EBU R 128. */
SoundRules sound_rules_default(void);

/* All-zero is the initial state. */
typedef struct {
    ConditionTimer timers[SOUND_CONDITIONS];
} SoundJudge;

/**
 * sound_judge_window:
 * @from_us: when the window began; never decreases. Live it is by arrival, of a file by PTS
 *
 * Silence begins and ends to a few milliseconds, the others to a window. What cannot be judged,
 * such as the phase of silence, leaves its condition as it is. Returns: what changed or became
 * known, as bits 1 << SoundCondition
 */
uint32_t sound_judge_window(SoundJudge *judge,
                            const SoundRules *rules,
                            const SoundWindow *window,
                            MonoUs from_us);

/* Whether it holds, and since when, or ended when. */
const Condition *sound_judge_condition(const SoundJudge *judge, SoundCondition condition);

/* "silent", "channel-dead", ...: words of evidence. Never NULL. */
const char *sound_condition_name(SoundCondition condition);
