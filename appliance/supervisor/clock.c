/* CLOCK_BOOTTIME for durations, CLOCK_REALTIME for labels. */
#include "appliance/supervisor/clock.h"

#include <sys/timex.h>
#include <time.h>

static int64_t
read_us(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

MonoUs
clock_mono_us(void)
{
    return read_us(CLOCK_BOOTTIME);
}

WallUs
clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

bool
clock_is_synced(void)
{
    struct timex state = {0};
    const int found = adjtimex(&state);

    return found >= 0 && found != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
