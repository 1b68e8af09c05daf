/* How many channels more the box could look at, by what those that it looks at were measured to
 * cost. Pure. */
#pragma once

#include "appliance/model/depth-governor.h"

#define HEADROOM_MAX 9999 /* more is not told */

typedef struct {
    bool known;           /* a channel is measured; else the rest means nothing */
    double channel_cores; /* mean cost of a channel at this depth */
    int channels; /* that would fit beside those that are there; negative: so many too many */
} DepthHeadroom;

/**
 * depth_headroom:
 * @channels: (array length=n): every channel of the box; those that do not report are left out, and
 *   the box's own takes its part but is no measure for others
 * @budget_cores: that measuring may take
 * @free_cores: that nothing else takes; NAN: unknown
 *
 * Room is what is smaller, the budget or what is free, after every channel has been given @depth.
 */
DepthHeadroom depth_headroom(DepthChannel *const *channels,
                             size_t n,
                             Depth depth,
                             const DepthSpeed *speed,
                             double budget_cores,
                             double free_cores);
