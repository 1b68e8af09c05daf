/* A made-up structure of a stream, and what is measured of its picture and sound, for the HTTP
 * fixture. */
#pragma once

#include "appliance/model/snapshot.h"

/* Of "channel-02": a video whose language came an hour ago, and a component that left. Returns:
 * (transfer full) */
ChannelStructure *http_structure_make(MonoUs now_us, WallUs wall_us);

/* Depth, checks and one stream of sound that is silent. */
void http_structure_fill_media(ChannelView *channel, MonoUs now_us);
