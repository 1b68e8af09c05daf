/* The part of a receiver that the alerts thread works with. All of it on that thread, but
 * receiver_new() and receiver_leave(). */
#pragma once

#include "appliance/alerts/alerts.h"
#include "appliance/alerts/attempt-log.h"
#include "appliance/alerts/delivery-pace.h"
#include "appliance/alerts/outbox.h"
#include "appliance/events/address-guard.h"

struct _GantryReceiver {
    GObject parent_instance;

    /* Never changed. */
    char *id;
    char *sink_name; /* "receiver-" and the id */
    ReceiverKind kind;
    char *url;
    char *secret_file;
    char *ca_file;
    char *to;
    char *from;
    char *user;
    char *title; /* template; "" for the kind's own; the same for @text */
    char *text;
    int64_t heartbeat_us; /* 0: none */
    NotifyPolicy policy;
    GTimeZone *zone;
    bool probe;
    AddressLeave leave; /* owns its networks */
    bool paused;
    GantryEventLog *log;
    GantryAlerts *alerts; /* (nullable): a reference until it leaves */

    GMutex lock; /* of what follows, up to the next comment */
    EventSinkStatus status;
    ReceiverCounts counts;
    AttemptLog *attempts;

    /* The alerts thread's own. */
    Outbox *outbox;
    DeliveryPace *pace;
    MonoUs digest_us;     /* when the next digest may go */
    MonoUs digest_end_us; /* when their end may be tried again */
    bool digest_ending;   /* it is under way */
    MonoUs heartbeat_due_us;
    bool heartbeat_waits; /* one is under way */
    bool heartbeat_failed;
    RetryClass failed_as; /* class of the last attempt that failed */
    uint64_t taken_seq;   /* last event read from the log */
    uint64_t saved_seq;   /* @taken_seq of the file on disk */
    uint64_t saved_changes;
    uint64_t saved_announced;
    bool file_is_empty;      /* nothing undelivered stands in the file */
    bool saving;             /* a write is under way */
    MonoUs save_us;          /* when to save what changed; US_NEVER: nothing to save */
    uint64_t attempts_saved; /* number of the newest attempt in the file */
    bool attempts_saving;    /* a write is under way */
    MonoUs attempts_save_us; /* when to write those that are newer; US_NEVER: there are none */
    char failure[200];       /* why the last attempt failed; "" after a success */
    WallUs failing_since_us;
};

GantryReceiver *
receiver_new(GantryAlerts *alerts, GantryEventLog *log, const ReceiverAccess *access);

/* Reads what was undelivered from @file, and where to go on. Blocks on disk. */
void receiver_load(GantryReceiver *self, const char *file, MonoUs now_us);

/* Words what waits anew, now that somebody was erased. */
void receiver_renew_events(GantryReceiver *self);

/* Takes events from the log into the outbox. @superseded: called for each replaced entry. */
void receiver_take_events(GantryReceiver *self,
                          MonoUs now_us,
                          OutboxLeft superseded,
                          gpointer user_data);

/* How an attempt went, for state, counts and the list of attempts. */
typedef struct {
    const DeliveryRecord *record;
    const char *what;    /* "event", "digest", "heartbeat", ... */
    const char *title;   /* of the message */
    const char *failure; /* "" for success */
    RetryClass class;
} AttemptNote;

void receiver_note(GantryReceiver *self, const AttemptNote *note);

/* The same for a test or a replay, which changes neither state nor counts. */
void receiver_note_trial(GantryReceiver *self, const AttemptNote *note);

/* Renews state, counts and cursor after something happened. */
void receiver_update(GantryReceiver *self, MonoUs now_us);

/* What is to be saved now: (transfer full) (nullable); @ret_save goes to receiver_saved(). */
typedef struct {
    uint64_t seq;
    uint64_t changes;
    uint64_t announced;
} ReceiverSave;

GBytes *receiver_take_save(GantryReceiver *self, MonoUs now_us, ReceiverSave *ret_save);
void receiver_saved(GantryReceiver *self, bool written, const ReceiverSave *save);

/* Takes over the attempts of before: @left (nullable) by one of the same name, or those in @file.
 * Blocks on disk. */
void receiver_load_attempts(GantryReceiver *self, const char *file, GBytes *left);

/* The list of attempts, for who comes after it. Returns: (transfer full) */
GBytes *receiver_list_attempts(GantryReceiver *self);

/* The list of attempts, if it is to be saved now: (transfer full) (nullable). */
GBytes *receiver_take_attempts(GantryReceiver *self, MonoUs now_us);
void receiver_attempts_saved(GantryReceiver *self, bool written, MonoUs now_us);

/* From now on the cursor stays where it is; takes the receiver off the thread, unless it left
 * before. Any thread. */
void receiver_leave(GantryReceiver *self, bool forget);

/* In alerts.c: takes @receiver off the thread; any thread. */
void alerts_remove(GantryAlerts *alerts, GantryReceiver *receiver, bool forget);
