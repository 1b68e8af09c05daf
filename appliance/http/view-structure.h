/* What a channel's stream is made of, as the API shows it. Pure. */
#pragma once

#include "appliance/http/view-channel.h"

/* GET /channels/{id}/structure. */
void view_structure(GString *out, const ChannelView *channel, const ViewTime *now);
