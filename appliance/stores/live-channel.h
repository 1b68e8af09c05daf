/* What Redis holds of one channel: the fields of its hash. Pure. */
#pragma once

#include "appliance/model/snapshot.h"

/* Returns: (transfer full): names and values by turns, of @channel as @snapshot has it, without
 * what passes by itself (ages) */
GStrv live_channel_fields(const Snapshot *snapshot, const ChannelView *channel);

/* RFC 3339 with milliseconds, UTC; "" for 0. Returns: (transfer full) */
char *live_time(WallUs wall_us);
