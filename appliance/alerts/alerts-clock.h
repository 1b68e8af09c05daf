/* The clocks of the alerts thread. */
#pragma once

#include <time.h>

#include "pipelines/base/units.h"

static inline int64_t
alerts_clock_us(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static inline MonoUs
alerts_boot_us(void)
{
    return alerts_clock_us(CLOCK_BOOTTIME);
}

static inline WallUs
alerts_wall_us(void)
{
    return alerts_clock_us(CLOCK_REALTIME);
}
