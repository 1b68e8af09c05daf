/* The picture of a video that stands longest: a slate, where there is one. Pure. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"
#include "pipelines/measure/slate.h"

#define STEADY_PICTURE_LEAST_US (1 * US_PER_SECOND) /* that a picture stands, to count */

typedef struct {
    SlatePrint print;   /* the one that stood longest */
    int64_t longest_us; /* how long; 0: none stood for STEADY_PICTURE_LEAST_US */
    SlatePrint present; /* the first of those that are alike now */
    MonoUs since_us;    /* when it came; 0: none did */
} SteadyPicture;        /* all-zero is the initial state */

/* Takes the fingerprint @print of the picture at @at_us, which never decreases. */
void steady_picture_see(SteadyPicture *steady, const SlatePrint *print, MonoUs at_us);

/* The one that stood longest, in hexadecimal digits. Returns: (transfer full) */
char *steady_picture_digits(const SteadyPicture *steady);
