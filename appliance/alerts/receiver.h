/* One receiver of alarms as a sink: its cursor, its outbox, its state. Made by GantryAlerts, whose
 * thread does the work; gantry_event_sink_stop() takes it off that thread. */
#pragma once

#include "appliance/alerts/attempt-log.h"
#include "appliance/events/event-sink.h"

#define GANTRY_TYPE_RECEIVER (gantry_receiver_get_type())
G_DECLARE_FINAL_TYPE(GantryReceiver, gantry_receiver, GANTRY, RECEIVER, GObject)

#define RECEIVER_MAX_IN_FLIGHT 4u
#define RECEIVER_MAX_PENDING                                                                       \
    4096u /* events that wait; beyond, the oldest is given up and counted */

typedef struct {
    uint64_t delivered; /* since the start; the same for all below */
    uint64_t failed;    /* attempts */
    uint64_t superseded;
    uint64_t given_up;
    uint64_t pending; /* events that wait now */
} ReceiverCounts;

/* Slug of the receiver, without the "receiver-" of the sink's name. (transfer none) */
const char *gantry_receiver_get_id(GantryReceiver *self);
void gantry_receiver_get_counts(GantryReceiver *self, ReceiverCounts *ret_counts);

/* The last attempts, newest first, at most @limit. Any thread.
 * Returns: (transfer full) (element-type Attempt) */
GPtrArray *gantry_receiver_get_attempts(GantryReceiver *self, unsigned limit);
