/* Looking again and again. */
#include "tests/services/sink-waits.h"

#include <string.h>

#include "tests/services/private-servers.h"

static bool
is_durable(gpointer user_data)
{
    EventLogStatus status;

    gantry_event_log_get_status(user_data, &status);
    return status.durable_seq == status.last_seq;
}

bool
wait_durable(GantryEventLog *log)
{
    return wait_until(is_durable, log, PATIENCE_US);
}

typedef struct {
    GantryEventSink *sink;
    const char *state;
} StateWanted;

static bool
has_state(gpointer user_data)
{
    const StateWanted *wanted = user_data;
    EventSinkStatus status;

    gantry_event_sink_get_status(wanted->sink, &status);
    return strcmp(status.state, wanted->state) == 0;
}

bool
wait_sink_state(GantryEventSink *sink, const char *state)
{
    StateWanted wanted = {.sink = sink, .state = state};

    return wait_until(has_state, &wanted, PATIENCE_US);
}
