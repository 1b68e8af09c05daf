/* Audio levels: sample peak and RMS per channel over a window, and silence. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define LEVEL_CHANNELS_MAX 8u        /* channels measured; more are left out */
#define LEVEL_FLOOR_DBFS   (-120.0f) /* what digital zero reads as, and the lowest figure */
#define LEVEL_SILENCE_DBFS (-60.0f)  /* RMS of the loudest channel below which all is silent */

/* A window being measured. All-zero is the initial state. */
typedef struct {
    unsigned n_channels;               /* at most LEVEL_CHANNELS_MAX */
    uint64_t frames;                   /* samples a channel */
    float peak[LEVEL_CHANNELS_MAX];    /* largest magnitude, full scale 1 */
    double square[LEVEL_CHANNELS_MAX]; /* sum of squares */
} LevelWindow;

typedef struct {
    unsigned n_channels;                 /* 0: nothing was added */
    float peak_dbfs[LEVEL_CHANNELS_MAX]; /* LEVEL_FLOOR_DBFS to 0, and a little above for float */
    float rms_dbfs[LEVEL_CHANNELS_MAX];  /* the same; a full-scale sine reads -3.01 */
    float loudest_rms_dbfs;              /* of all channels */
    float highest_peak_dbfs;             /* of all channels */
    bool silent;                         /* every channel is below LEVEL_SILENCE_DBFS */
} LevelFigures;

/* What the window holds. */
LevelFigures level_figures(const LevelWindow *window);
