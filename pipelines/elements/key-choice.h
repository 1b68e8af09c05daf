/* Which key frames are worth decoding. Pure. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

/* How much of a channel's video is decoded. */
typedef enum {
    SAMPLING_NONE,         /* nothing */
    SAMPLING_KEY_INTERVAL, /* one key frame every KEY_CHOICE_INTERVAL_US */
    SAMPLING_EVERY_KEY,    /* every key frame */
    SAMPLING_ALL,          /* every picture */
} Sampling;

#define KEY_CHOICE_INTERVAL_US (4 * US_PER_SECOND)
#define KEY_CHOICE_SLACK_US    (100 * US_PER_MS) /* so that jitter does not skip a whole group */

typedef struct {
    MonoUs chosen_us; /* arrival of the last unit that was chosen; 0 before the first */
    bool running;     /* under SAMPLING_ALL: a key was passed on, so what follows can be decoded */
    bool first;       /* the last step began to pass on everything */
} KeyChoice;          /* all-zero is the initial state */

/* Whether the unit that arrived at @arrived_us is decoded. @suspicious: the picture is unknown,
 * black or still, so that every key counts. */
bool
key_choice_step(KeyChoice *choice, Sampling sampling, bool key, bool suspicious, MonoUs arrived_us);
