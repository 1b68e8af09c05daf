/* Growth of a counter across processes. */
#include "appliance/model/counters.h"

#define LARGEST_READING 9007199254740992.0 /* 2^53: beyond, a double does not count by one */

void
counter_restarted(Counter *counter)
{
    counter->last = 0;
    counter->known = true;
}

uint64_t
counter_feed(Counter *counter, double reading)
{
    if (!(reading >= 0.0 && reading <= LARGEST_READING))
        return 0;
    const uint64_t value = (uint64_t)reading;
    uint64_t growth = 0;

    if (counter->known)
        growth = value >= counter->last ? value - counter->last : value;
    counter->last = value;
    counter->known = true;
    counter->total += growth;
    return growth;
}
