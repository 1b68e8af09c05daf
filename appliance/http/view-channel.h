/* Channels as the API shows them. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/snapshot.h"

/* One instant on both clocks: ages are told against it. */
typedef struct {
    MonoUs mono_us;
    WallUs wall_us;
} ViewTime;

/* Wall time of @at_us, told by @now; 0 for 0. */
WallUs view_wall_of(const ViewTime *now, MonoUs at_us);

/* Seconds since @at_us, never negative; NAN if @at_us is 0. */
double view_age_of(const ViewTime *now, MonoUs at_us);

/* Appends one Channel object. @key: (nullable): NULL inside an array. */
void view_channel(GString *out, const char *key, const ChannelView *channel, const ViewTime *now);

/* The same and metrics, PIDs, wire and worker: GET /channels/{id}. */
void view_channel_detail(GString *out, const ChannelView *channel, const ViewTime *now);

/* What the channel's stream told, newest first. @kind: (nullable): of this NoteKind's name only;
 * @limit: at most so many */
void view_channel_notes(
    GString *out, const ChannelView *channel, const char *kind, size_t limit, const ViewTime *now);

/* {"items":[...],"next_cursor":null,"at":...} */
void view_channels(GString *out, const Snapshot *snapshot, const ViewTime *now);

/* Changes when something does that people act on: state, texts, names, codecs, staleness of the
 * picture. Figures that move all the time are left out: streams carry them in columns. */
uint64_t view_channel_digest(const ChannelView *channel, const ViewTime *now);

/* Returns: (transfer none) (nullable): the channel named @id. */
const ChannelView *view_find_channel(const Snapshot *snapshot, const char *id);
