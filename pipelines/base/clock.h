/* The two clocks of units.h, for shells; the one place where the product reads them. Pure layers
 * take the time as an argument and do not include this. */
#pragma once

#include <time.h>

#include "pipelines/base/units.h"

static inline int64_t
clock_now_us(clockid_t clock)
{
    struct timespec now = {0};

    (void)clock_gettime(clock, &now); /* lint: allow, because shells read time by this */
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
