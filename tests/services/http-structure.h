/* A made-up structure of a stream, for the HTTP fixture. */
#pragma once

#include "appliance/model/channel-structure.h"

/* Of "channel-02": a video whose language came an hour ago, and a component that left. Returns:
 * (transfer full) */
ChannelStructure *http_structure_make(MonoUs now_us, WallUs wall_us);
