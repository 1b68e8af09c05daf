/* The part of a receiver that the alerts thread works with. All of it on that thread, but
 * receiver_new() and receiver_leave(). */
#pragma once

#include "appliance/alerts/alerts.h"
#include "appliance/alerts/http-post.h"
#include "appliance/alerts/outbox.h"

struct _GantryReceiver {
    GObject parent_instance;

    /* Never changed. */
    char *id;
    char *sink_name; /* "receiver-" and the id */
    char *url;
    char *secret_file;
    char *ca_file; /* (nullable) */
    Severity min_severity;
    bool probe;
    bool allow_private;
    GantryEventLog *log;
    GantryAlerts *alerts; /* (nullable): a reference until it leaves */

    GMutex lock; /* of what follows, up to the next comment */
    EventSinkStatus status;
    ReceiverCounts counts;

    /* The alerts thread's own. */
    Outbox *outbox;
    GHashTable *announced; /* (element-type utf8): alarms that the receiver heard of, not cleared */
    uint64_t taken_seq;    /* last event read from the log */
    uint64_t saved_seq;    /* @taken_seq of the file on disk */
    uint64_t saved_changes;
    bool file_is_empty; /* nothing undelivered stands in the file */
    bool saving;        /* a write is under way */
    MonoUs save_us;     /* when to save what changed; US_NEVER: nothing to save */
    char failure[200];  /* why the last attempt failed; "" after a success */
    WallUs failing_since_us;
};

GantryReceiver *
receiver_new(GantryAlerts *alerts, GantryEventLog *log, const ReceiverAccess *access);

/* Reads what was undelivered from @file, and where to go on. Blocks on disk. */
void receiver_load(GantryReceiver *self, const char *file, MonoUs now_us);

/* Takes events from the log into the outbox. @superseded: called for each replaced entry. */
void receiver_take_events(GantryReceiver *self,
                          MonoUs now_us,
                          OutboxLeft superseded,
                          gpointer user_data);

/* How an attempt went, for state and counts. @failure: "" for success */
void
receiver_note(GantryReceiver *self, DeliveryOutcome outcome, const char *failure, WallUs now_us);

/* Renews state, counts and cursor after something happened. */
void receiver_update(GantryReceiver *self, MonoUs now_us);

/* What is to be saved now: (transfer full) (nullable); @ret_seq and @ret_changes go to
 * receiver_saved(). */
GBytes *
receiver_take_save(GantryReceiver *self, MonoUs now_us, uint64_t *ret_seq, uint64_t *ret_changes);
void receiver_saved(GantryReceiver *self, bool written, uint64_t seq, uint64_t changes);

/* From now on the cursor stays where it is; takes the receiver off the thread, unless it left
 * before. Any thread. */
void receiver_leave(GantryReceiver *self, bool forget);

/* In alerts.c: takes @receiver off the thread; any thread. */
void alerts_remove(GantryAlerts *alerts, GantryReceiver *receiver, bool forget);
