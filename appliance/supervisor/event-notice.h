/* What operators find in the system journal: one structured entry for every event of the box's own
 * journal, with a MESSAGE_ID whose catalogue entry says what to do. */
#pragma once

#include "appliance/events/event.h"

/* Logs @event once. The text of streams stands in quotes and is bounded by the event itself. */
void event_notice(const Event *event);
