/* What the kernel says of its wall clock. */
#include "appliance/supervisor/clock.h"

#include <sys/timex.h>

bool
clock_is_synced(void)
{
    struct timex state = {0};
    const int found = adjtimex(&state);

    return found >= 0 && found != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
