/* Picture and sound of one channel: how deeply they are looked at, what each check can see at
 * present, and every stream of sound. Pure. */
#pragma once

#include "appliance/events/picture-history.h"
#include "appliance/http/view-channel.h"

/* Adds "depth_reason", "hints", "checks" and "audios" to an object. */
void view_channel_media(GString *out, const ChannelView *channel, const ViewTime *now);

/* Adds the object "depth" of the system page: budget, what is spent, channels at each depth. */
void view_depth(GString *out, const DepthSummary *summary);

/* A list of pictures, newest first; @max: as many were asked for, more may be there if it is full.
 * @list: (element-type PastPicture) */
/* @next: (nullable): cursor of the page behind it */
void view_past_pictures(GString *out, const GArray *list, const char *next, const ViewTime *now);
