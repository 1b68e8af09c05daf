/* Delivery of alarms to receivers: one thread, libcurl's multi interface, any number of receivers,
 * none of which can delay another.
 *
 * An event is sent as soon as it is visible in the event log. Per receiver at most 4 requests are
 * under way, per alarm one: the next event of an alarm waits for the one before it. A newer state
 * of an alarm takes the place of an older one that was not delivered. What could not be delivered
 * is kept under FOLDER/NAME/undelivered, so that the cursor passes on; at least once, never lost.
 */
#pragma once

#include "appliance/alerts/receiver.h"
#include "appliance/events/delivery.h"

#define GANTRY_TYPE_ALERTS (gantry_alerts_get_type())
G_DECLARE_FINAL_TYPE(GantryAlerts, gantry_alerts, GANTRY, ALERTS, GObject)

/* Strings are copied; they may be %NULL for "". */
typedef struct {
    const char *folder;     /* STATE/outbox; made if missing */
    const char *monitor_id; /* of this box, in every payload */
    const char *boot_id;
    const char *public_url;    /* base of links into the dashboard; "" for none */
    DeliveryListener listener; /* (nullable): called on the alerts thread */
    gpointer user_data;        /* for @listener; outlives the object */
} AlertsSettings;

/* Strings are copied; they may be %NULL for "". */
typedef struct {
    const char *id;          /* slug; the sink is called "receiver-" and this */
    const char *url;         /* http:// or https:// */
    const char *secret_file; /* read at every attempt: one or two lines "whsec_...", of which each
                                signs; "" to sign nothing */
    const char *ca_file;     /* (nullable): trusted roots, PEM; the system's otherwise */
    Severity min_severity;
    bool allow_private; /* may be at a loopback or private address */
    bool probe;         /* hears of the box's own test channel, and of nothing else */
} ReceiverAccess;

/* Starts the thread. gantry_alerts_stop() must be called. Returns: (transfer full) */
GantryAlerts *gantry_alerts_new(GantryEventLog *log, const AlertsSettings *settings);

/**
 * gantry_alerts_add:
 *
 * A receiver that was never known begins with events from now on; one that was goes on from its
 * cursor. Any thread, never blocks on the receiver; reads its outbox from disk.
 *
 * Returns: (transfer full): a #GantryEventSink; %NULL with %GANTRY_ERROR_INVALID for a bad id or
 *   URL, %GANTRY_ERROR_CONFLICT if @access->id is there already
 */
GantryReceiver *gantry_alerts_add(GantryAlerts *self,
                                  const ReceiverAccess *access,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes @receiver off the thread for good: its outbox and its cursor go, so that the journal need
 * not keep what it has not heard, and one of the same name begins anew. To be called instead of
 * gantry_event_sink_stop() when a receiver leaves the inventory. */
void gantry_alerts_forget(GantryAlerts *self, GantryReceiver *receiver);

/* Called once, on the thread-default context of the caller. @text: one sentence: what it answered.
 */
typedef void (*AlertsTested)(bool ok, const char *text, gpointer user_data);

/* Sends a test message to receiver @id, once, within 10 s. */
void
gantry_alerts_test(GantryAlerts *self, const char *id, AlertsTested tested, gpointer user_data);

/* Finishes what is under way, for at most @wait_us, writes the outboxes, ends the thread. */
void gantry_alerts_stop(GantryAlerts *self, int64_t wait_us);
