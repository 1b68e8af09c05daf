/* Waiting for a journal and its sinks, which have threads of their own: PATIENCE_US at most. */
#pragma once

#include <stdbool.h>

#include "appliance/events/event-log.h"
#include "appliance/events/event-sink.h"

/* Returns: whether everything that was appended is on disk; a slow disk takes it after it was shown
 */
bool wait_durable(GantryEventLog *log);

/* Returns: whether the sink is in @state, as its status says it */
bool wait_sink_state(GantryEventSink *sink, const char *state);
