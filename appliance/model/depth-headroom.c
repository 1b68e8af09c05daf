/* Sums of measured costs. */
#include "appliance/model/depth-headroom.h"

#include <glib.h>
#include <math.h>

DepthHeadroom
depth_headroom(DepthChannel *const *channels,
               size_t n,
               Depth depth,
               const DepthSpeed *speed,
               double budget_cores,
               double free_cores)
{
    const double room_cores = isfinite(free_cores) ? MIN(budget_cores, free_cores) : budget_cores;
    double spent_cores = 0, counted_cores = 0;
    size_t present = 0;

    for (size_t i = 0; i < n; i++) {
        if (!channels[i]->present)
            continue;
        const double cores = depth_cost_cores(&channels[i]->cost, depth, speed);

        spent_cores += cores;
        if (channels[i]->own)
            continue;
        counted_cores += cores;
        present++;
    }
    if (present == 0 || counted_cores <= 0)
        return (DepthHeadroom){0};
    const double mean_cores = counted_cores / (double)present;
    const double more = floor((room_cores - spent_cores) / mean_cores);

    return (DepthHeadroom){.known = true,
                           .channel_cores = mean_cores,
                           .channels = (int)CLAMP(more, -HEADROOM_MAX, HEADROOM_MAX)};
}
