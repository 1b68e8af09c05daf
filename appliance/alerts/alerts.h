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
#include "appliance/model/notify-policy.h"
#include "appliance/model/receiver-kind.h"

#define GANTRY_TYPE_ALERTS (gantry_alerts_get_type())
G_DECLARE_FINAL_TYPE(GantryAlerts, gantry_alerts, GANTRY, ALERTS, GObject)

/* Strings are copied; they may be %NULL for "". */
typedef struct {
    const char *folder;     /* STATE/outbox; made if missing */
    const char *monitor_id; /* of this box, in every payload */
    const char *boot_id;
    const char *public_url; /* base of links into the dashboard; "" for none */
    /* (nullable): makes the address of a page that acknowledges one alarm. Called on the alerts
     * thread. Returns: (transfer full) (nullable) */
    char *(*ack_link)(const char *alarm_id,
                      const char *receiver,
                      WallUs now_us,
                      gpointer user_data);
    /* (nullable): the site's run-book for a fault. Called on the alerts thread.
     * Returns: (transfer full) */
    char *(*to_do)(FaultId fault, gpointer user_data);
    DeliveryListener listener; /* (nullable): called on the alerts thread */
    gpointer user_data;        /* for all; outlives the object */
} AlertsSettings;

/* Everything is copied; strings may be %NULL for "". */
typedef struct {
    const char *id; /* slug; the sink is called "receiver-" and this */
    ReceiverKind kind;
    const char *url;            /* "" for the kind's own, or the one that is the secret */
    const char *secret_file;    /* read at every attempt; "" for none */
    const char *ca_file;        /* trusted roots, PEM; the system's otherwise */
    const char *to;             /* chat, or recipients with commas between */
    const char *from;           /* sender of mails */
    const char *user;           /* of a mail server */
    const char *title;          /* template; "" for the kind's own */
    const char *text;           /* template; "" for the kind's own */
    unsigned heartbeat_s;       /* 0: none */
    unsigned per_minute;        /* 0: the kind's own */
    bool allow_private;         /* may be at any loopback or private address */
    const char *allow_networks; /* (nullable): or at those within these networks, commas between */
    bool paused;
    bool probe;                 /* hears of the box's own test channel, and of nothing else */
    const NotifyPolicy *policy; /* (nullable): %NULL: everything */
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

/* Sends the event with journal sequence @seq to receiver @id once more, whatever it was told since;
 * nothing is tried again. */
void gantry_alerts_replay(
    GantryAlerts *self, const char *id, uint64_t seq, AlertsTested tested, gpointer user_data);

/* Says that events are told otherwise now: what waits for a receiver is taken as the log tells it.
 * Any thread, never blocks. */
void gantry_alerts_renew_events(GantryAlerts *self);

/* Finishes what is under way, for at most @wait_us, writes the outboxes, ends the thread. */
void gantry_alerts_stop(GantryAlerts *self, int64_t wait_us);
