/* Audio levels: sample peak and RMS per channel over a window, and silence. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEVEL_CHANNELS_MAX 8u        /* channels measured; more are left out */
#define LEVEL_FLOOR_DBFS   (-120.0f) /* what digital zero reads as, and the lowest figure */
#define LEVEL_SILENCE_DBFS (-60.0f)  /* RMS of the loudest channel below which all is silent */

typedef enum {
    LEVEL_S16,         /* int16_t, interleaved */
    LEVEL_S16_PLANAR,  /* int16_t, one array a channel */
    LEVEL_S32,         /* int32_t, interleaved */
    LEVEL_S32_PLANAR,  /* int32_t, one array a channel */
    LEVEL_FLOAT,       /* float, full scale 1, interleaved */
    LEVEL_FLOAT_PLANAR /* the same, one array a channel */
} LevelFormat;

/* A window being measured. All-zero is the initial state. */
typedef struct {
    unsigned n_channels;               /* of the blocks added, at most LEVEL_CHANNELS_MAX */
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

/**
 * level_add:
 * @window: (inout): a change of @n_channels begins it anew
 * @planes: one pointer for interleaved samples, @n_channels for planar ones; aligned for the type
 * @frames: samples a channel
 *
 * Samples that are no number, and infinite ones, count as full scale.
 */
void level_add(LevelWindow *window,
               LevelFormat format,
               const void *const *planes,
               unsigned n_channels,
               size_t frames);

/* What the window holds. It goes on; set it to zero to begin the next. */
LevelFigures level_figures(const LevelWindow *window);
