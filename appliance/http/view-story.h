/* What happened to one alarm, and who was told of it. Pure. */
#pragma once

#include "appliance/events/history-reader.h"

#define STORY_JOURNAL_MAX 5000u /* of the journal's last events that are looked through */

/* {"items":[event...],"deliveries":[...],"complete":B}: @events, @deliveries: (nullable): as of
 * HistoryResult; @whole: all of it, not only what the journal still has. */
void view_story(GString *out, const GPtrArray *events, const GPtrArray *deliveries, bool whole);
