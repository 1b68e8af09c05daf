/* A time stamp and its time; all others lie at their distance from it. */
#include "pipelines/probe/media-clock.h"

#define RETIE_US (3600 * US_PER_SECOND) /* long before time stamps come round again */

static int64_t
distance_us(Pts90 from, Pts90 to)
{
    return pts90_distance(from, to) * 100 / 9;
}

MonoUs
media_clock_time(MediaClock *clock, Pts90 pts, MonoUs arrived_us)
{
    const MonoUs expected_us = arrived_us + MEDIA_CLOCK_LEAD_US;

    if (pts >= PTS90_MODULUS)
        return expected_us;
    if (clock->tied) {
        const MonoUs at_us = clock->at_us + distance_us(clock->pts, pts);
        const int64_t off_us = at_us - expected_us;

        if (off_us < MEDIA_CLOCK_JUMP_US && off_us > -MEDIA_CLOCK_JUMP_US) {
            if (at_us - clock->at_us > RETIE_US)
                *clock = (MediaClock){.tied = true, .pts = pts, .at_us = at_us};
            return at_us;
        }
    }
    *clock = (MediaClock){.tied = true, .pts = pts, .at_us = expected_us};
    return expected_us;
}
