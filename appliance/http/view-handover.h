/* The hand-over between shifts: what is open, what was put aside, who promised what, and what
 * happened in the last 12 hours. Pure. */
#pragma once

#include <glib.h>

#include "appliance/http/view-channel.h"
#include "appliance/model/snapshot.h"

#define HANDOVER_SPAN_US (INT64_C(12) * 3600 * US_PER_SECOND)
#define HANDOVER_MAX     500u /* alarms of one list; what is left out is counted */

void view_handover(GString *out, const Snapshot *snapshot, const ViewTime *now);
