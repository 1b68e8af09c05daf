/* The interface's calls, handed to whoever implements them. */
#include "appliance/events/event-sink.h"

#include <string.h>

void
event_sink_status_set(EventSinkStatus *status, const char *state, const char *text, MonoUs now_us)
{
    if (strcmp(status->state, state) != 0)
        status->changed_us = now_us;
    (void)g_strlcpy(status->state, state, sizeof status->state);
    (void)g_strlcpy(status->text, text, sizeof status->text);
}

G_DEFINE_INTERFACE(GantryEventSink, gantry_event_sink, G_TYPE_OBJECT)

static void
gantry_event_sink_default_init(GantryEventSinkInterface *iface)
{
}

const char *
gantry_event_sink_get_name(GantryEventSink *self)
{
    g_return_val_if_fail(GANTRY_IS_EVENT_SINK(self), "");

    return GANTRY_EVENT_SINK_GET_IFACE(self)->get_name(self);
}

void
gantry_event_sink_get_status(GantryEventSink *self, EventSinkStatus *ret_status)
{
    g_return_if_fail(GANTRY_IS_EVENT_SINK(self));

    GANTRY_EVENT_SINK_GET_IFACE(self)->get_status(self, ret_status);
}

void
gantry_event_sink_stop(GantryEventSink *self, int64_t wait_us)
{
    g_return_if_fail(GANTRY_IS_EVENT_SINK(self));

    GANTRY_EVENT_SINK_GET_IFACE(self)->stop(self, wait_us);
}
