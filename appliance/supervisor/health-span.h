/* Ten seconds of a channel, summed up for the history. Used on the loop only. */
#pragma once

#include "appliance/stores/history-writer.h"
#include "appliance/supervisor/records.h"

/* Takes the channel's last report at @wall_us into its span. Returns: whether a span ended before
 * it; then @ret_row is that span, and borrows the channel's id */
bool health_span_roll(ChannelRecord *channel, WallUs wall_us, HealthRow *ret_row);

/* Keeps the gauge @metric at @at_us: a second of the last hour, and in the ten seconds' sums. */
void health_span_keep(ChannelRecord *channel, unsigned metric, MonoUs at_us, double value);
