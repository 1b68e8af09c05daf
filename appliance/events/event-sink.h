/* One reader of the event log that carries events somewhere: MySQL, Redis, a receiver. The
 * supervisor sees every sink through this interface and shows its state on the system page. */
#pragma once

#include "appliance/events/event-log.h"

typedef struct {
    char state[16];    /* "ok", "behind", "failing", "down" */
    char text[256];    /* one sentence: what fails and since when; "" when ok */
    uint64_t cursor;   /* last sequence taken */
    MonoUs changed_us; /* when @state was entered */
} EventSinkStatus;

/* Enters @state, or stays in it with another @text; @changed_us moves only with the state. Not
 * locked: for those who implement a sink. */
void
event_sink_status_set(EventSinkStatus *status, const char *state, const char *text, MonoUs now_us);

#define GANTRY_TYPE_EVENT_SINK (gantry_event_sink_get_type())
G_DECLARE_INTERFACE(GantryEventSink, gantry_event_sink, GANTRY, EVENT_SINK, GObject)

struct _GantryEventSinkInterface {
    GTypeInterface parent;

    const char *(*get_name)(GantryEventSink *self); /* slug; also the name of its cursor */
    void (*get_status)(GantryEventSink *self,
                       EventSinkStatus *ret_status);      /* any thread, no wait */
    void (*stop)(GantryEventSink *self, int64_t wait_us); /* ends its thread, within @wait_us */
};

const char *gantry_event_sink_get_name(GantryEventSink *self);
void gantry_event_sink_get_status(GantryEventSink *self, EventSinkStatus *ret_status);
void gantry_event_sink_stop(GantryEventSink *self, int64_t wait_us);
