/* Events for the tests of stores and receivers. */
#pragma once

#include "appliance/events/event-log.h"

/* A raised (@seq 1), updated or cleared event of alarm number @alarm on channel "ch-@alarm". */
Event *store_event(EventKind kind, unsigned alarm, uint32_t alarm_seq);

/* The same of an alarm that nothing keeps quiet: no incident, no shelf. */
Event *store_loud_event(EventKind kind, unsigned alarm, uint32_t alarm_seq);

/* The alarm's UUID, as all its events have it. Returns: (transfer full) */
char *store_event_alarm_id(unsigned alarm);

GantryEventLog *store_event_log(const char *folder);
