/* Transitions of the alarm book as events of the journal, and back after a restart. */
#pragma once

#include "appliance/config/inventory.h"
#include "appliance/events/event.h"
#include "appliance/model/alarm-book.h"

/* @inventory names the channel in the event. Returns: (transfer full) */
Event *event_from_transition(const AlarmTransition *transition,
                             const Inventory *inventory,
                             bool clock_synced);

/* Fills @ret_transition with what an alarm's event says; its strings belong to @event. Returns
 * false for events that are not about an alarm. */
bool transition_from_event(const Event *event, AlarmTransition *ret_transition);
