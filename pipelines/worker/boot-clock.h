/* The two clocks, read by the shell and handed to everything else. */
#pragma once

#include <time.h>

#include "pipelines/base/units.h"

static inline int64_t
clock_now_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static inline MonoUs
boot_now_us(void)
{
    return clock_now_us(CLOCK_BOOTTIME);
}

static inline WallUs
wall_now_us(void)
{
    return clock_now_us(CLOCK_REALTIME);
}
