/* What one receiver has not been told yet: order, replacement, retries. Time is an argument; no
 * I/O.
 *
 * Of each alarm at most one state (raised, updated, cleared) and one act of an operator wait, and
 * at most one request is under way. A newer state takes the place of everything older of its alarm
 * that is not under way; a newer act takes the place of an older act. */
#pragma once

#include "appliance/alerts/retry-schedule.h"
#include "appliance/events/event.h"

#define OUTBOX_HURRY_US (15 * US_PER_SECOND) /* shortest gap when a receiver is back */

typedef struct {
    Event *event;
    unsigned attempts; /* begun */
    MonoUs first_us;   /* begin of the first; 0 before */
    MonoUs last_us;    /* begin of the last; 0 before */
    MonoUs due_us;
    RetryClass class; /* of the last attempt that ended in failure; RETRY_DELIVERED before */
    bool in_flight;
} OutboxEntry;

typedef struct Outbox Outbox;

/* Called for an entry that leaves without being delivered: replaced, or given up. */
typedef void (*OutboxLeft)(const OutboxEntry *entry, gpointer user_data);

Outbox *outbox_new(void);
void outbox_free(Outbox *outbox); /* (nullable) */

/* Takes a reference of @event, an alarm's, with a sequence above all before. It is due at once.
 * @superseded: called for each entry that it replaces. */
void
outbox_add(Outbox *outbox, Event *event, MonoUs now_us, OutboxLeft superseded, gpointer user_data);

/* The next entry to send now, oldest first, or NULL. Returns: (transfer none) (nullable) */
OutboxEntry *outbox_next(Outbox *outbox, MonoUs now_us, unsigned max_in_flight);

/* When outbox_next() may have something that it does not have now; US_NEVER if only the end of a
 * request can change that. */
MonoUs outbox_deadline(const Outbox *outbox, unsigned max_in_flight);

void outbox_started(Outbox *outbox, OutboxEntry *entry, MonoUs now_us);

/* How a request ended. */
typedef struct {
    RetryClass class;
    int retry_after_s; /* negative for none */
    MonoUs now_us;
    double random; /* uniform, 0 to below 1 */
} OutboxResult;

/* Returns: whether @entry stays; if not (delivered, given up), it is freed */
bool outbox_finished(Outbox *outbox, OutboxEntry *entry, const OutboxResult *result);

/* The request of @entry was broken off by us: as if it had not begun. */
void outbox_cancelled(Outbox *outbox, OutboxEntry *entry);

size_t outbox_size(const Outbox *outbox);
bool outbox_has_failures(const Outbox *outbox); /* an entry that waits for another attempt */
uint64_t outbox_changes(const Outbox *outbox);  /* grows whenever what is stored would change */
MonoUs outbox_oldest_us(const Outbox *outbox);  /* when the oldest entry happened; US_NEVER: none */

/* All entries and @taken_seq as bytes for a file. */
GBytes *outbox_save(const Outbox *outbox, uint64_t taken_seq);

/* Adds what outbox_save() wrote; all due at @now_us. Returns: false with %GANTRY_ERROR_INVALID for
 * anything else */
bool outbox_load(Outbox *outbox,
                 GBytes *bytes,
                 MonoUs now_us,
                 uint64_t *ret_taken_seq,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
