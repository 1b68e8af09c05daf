/* From time stamps to times: when a picture or a sound is presented, on one scale for all streams
 * of a file. Pure.
 *
 * The first time stamp ties the scale to the times of arrival; one that is far from where the
 * arrival says it should be is a jump of the clock, and ties it anew. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define MEDIA_CLOCK_JUMP_US (10 * US_PER_SECOND) /* farther from the arrival than this: a jump */
#define MEDIA_CLOCK_LEAD_US                                                                        \
    (60 * US_PER_SECOND) /* presented so much after the arrival: times stay above 0 */

typedef struct {
    bool tied;    /* a time stamp was seen */
    Pts90 pts;    /* to which the scale is tied */
    MonoUs at_us; /* its time */
} MediaClock;     /* all-zero is the initial state */

/* When what carries @pts (PTS90_MODULUS: none, then as it arrived) is presented. */
MonoUs media_clock_time(MediaClock *clock, Pts90 pts, MonoUs arrived_us);
