/* Parts of the system page: trust, the workers that take most, room for more channels, and the
 * sensors' last hour. Pure. */
#pragma once

#include "appliance/http/view-channel.h"

/* Adds "trust", "workers" and "headroom" to an object. */
void view_box(GString *out, const Snapshot *snapshot, const ViewTime *now);

/* GET /system/trends. */
void view_trends(GString *out, const Snapshot *snapshot, const ViewTime *now);
