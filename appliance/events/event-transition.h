/* Between the alarm book's transitions and the journal's events. */
#pragma once

#include "appliance/events/event.h"
#include "appliance/model/alarm-book.h"

/* Returns: (transfer full): an event with all that @transition says; the channel's name, group and
 * address, and clock_synced, are left for the caller to fill */
Event *event_from_transition(const AlarmTransition *transition);

/* Returns: (transfer full) (nullable): for alarm_book_replay(); NULL if @event is not about an
 * alarm */
AlarmTransition *event_to_transition(const Event *event);
