/* Frames of the event stream. Pure. */
#pragma once

#include <glib.h>

#include "appliance/http/board.h"
#include "appliance/http/view-channel.h"

/* "event: NAME\nid: SEQ\ndata: JSON\n\n"; without id if @seq is 0. @json holds no newline.
 * Returns: (transfer full) */
GBytes *view_frame(const char *name, uint64_t seq, const char *json);

/* The first frame: who serves, since when, and the order of channels in columns. */
void view_hello(
    GString *out, const Snapshot *snapshot, const ViewTime *now, const char *build, uint64_t seq);

/* {"channels":[...],"alarms":[open ones]} */
void view_whole(GString *out, const Snapshot *snapshot, const ViewTime *now);

/* Figures of every channel in columns, in the order of hello's channel_ids. */
void view_figures(GString *out, const Snapshot *snapshot, const ViewTime *now);

/* {"at":...,"b64":...}: for each channel in the same order a byte n and n pairs of peak and RMS.
 * @levels: one of each channel; older than LEVELS_FRESH_US count as unknown. */
#define LEVELS_FRESH_US (2 * US_PER_SECOND)
void view_levels(GString *out, const BoardLevels *levels, size_t n_channels, const ViewTime *now);
