/* What one receiver has not been told yet: order, replacement, retries. Time is an argument; no
 * I/O.
 *
 * Of each alarm at most one state (raised, updated, cleared) and one act of an operator wait, and
 * at most one request is under way. A newer state takes the place of everything older of its alarm
 * that is not under way; a newer act takes the place of an older act. */
#pragma once

#include "appliance/alerts/retry-schedule.h"
#include "appliance/events/event.h"
#include "appliance/events/name-veil.h"

#define OUTBOX_HURRY_US (15 * US_PER_SECOND) /* shortest gap when a receiver is back */

typedef struct {
    Event *event;
    unsigned attempts; /* begun */
    MonoUs first_us;   /* begin of the first; 0 before */
    MonoUs last_us;    /* begin of the last; 0 before */
    MonoUs due_us;
    RetryClass class; /* of the last attempt that ended in failure; RETRY_DELIVERED before */
    bool in_flight;
    bool folded; /* waits for a digest, not to be sent by itself */
} OutboxEntry;

typedef struct Outbox Outbox;

/* Called for an entry that leaves without being delivered: replaced, or given up. */
typedef void (*OutboxLeft)(const OutboxEntry *entry, gpointer user_data);

Outbox *outbox_new(void);
void outbox_free(Outbox *outbox); /* (nullable) */

/* Takes a reference of @event, an alarm's, with a sequence above all before. It is due at @due_us.
 * @superseded: called for each entry that it replaces. Returns: (transfer none): the entry, to be
 * folded if need be */
OutboxEntry *
outbox_add(Outbox *outbox, Event *event, MonoUs due_us, OutboxLeft superseded, gpointer user_data);

/* Takes out what waits of an alarm and was never tried: it is nobody's business any more. */
void outbox_drop(Outbox *outbox, const char *alarm_id, OutboxLeft dropped, gpointer user_data);

/* Whether the receiver was told of an alarm, or an attempt to was begun, and not yet of its end.
 * Kept with the entries. */
bool outbox_is_announced(const Outbox *outbox, const char *alarm_id);

/* It was told of the alarm otherwise: by a digest. */
void outbox_announce(Outbox *outbox, const char *alarm_id);

/* It is told no more of the alarm. */
void outbox_forget(Outbox *outbox, const char *alarm_id);

/* How many of what is announced begin with @prefix. */
size_t outbox_count_announced(const Outbox *outbox, const char *prefix);

/* Whether an entry of the alarm waits, tried or not. */
bool outbox_holds(const Outbox *outbox, const char *alarm_id);

/* The next entry to send now, oldest first, or NULL; after an outage the newest first, until
 * everything is delivered. Returns: (transfer none) (nullable) */
OutboxEntry *outbox_next(Outbox *outbox, MonoUs now_us, unsigned max_in_flight);

/* When outbox_next() may have something that it does not have now; US_NEVER if only the end of a
 * request can change that. */
MonoUs outbox_deadline(const Outbox *outbox, unsigned max_in_flight);

void outbox_started(Outbox *outbox, OutboxEntry *entry, MonoUs now_us);

/* Every event as @veil tells it now: who was erased since is no longer named. What is under way
 * goes as it is. */
void outbox_renew(Outbox *outbox, NameVeil *veil);

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

/* Entries that wait for a digest and may go now, as one request: from here on under way.
 * Returns: (transfer full) (element-type OutboxEntry) (nullable): %NULL for none */
GPtrArray *outbox_start_digest(Outbox *outbox, MonoUs now_us, unsigned max_in_flight);
/* The end of that request. Entries that leave are freed. */
void outbox_finished_digest(Outbox *outbox, GPtrArray *entries, const OutboxResult *result);
void outbox_cancelled_digest(Outbox *outbox, GPtrArray *entries);
/* When the first of them may go; US_NEVER: there is none, or only the end of a request can change
 * that. */
MonoUs outbox_digest_due_us(const Outbox *outbox, unsigned max_in_flight);

/* A request of the digests' that carries no entry begins; outbox_finished_digest() ends it. */
GPtrArray *outbox_start_digest_end(Outbox *outbox);
bool outbox_has_folded(const Outbox *outbox); /* an entry waits for a digest, or is in one */

size_t outbox_size(const Outbox *outbox);
bool outbox_has_failures(const Outbox *outbox); /* an entry that waits for another attempt */
uint64_t outbox_changes(const Outbox *outbox);  /* grows whenever what is stored would change */
uint64_t outbox_announced_changes(const Outbox *outbox); /* the same for what is announced */
/* When the first entry fell due of those that are due now and are not tried; US_NEVER: none */
MonoUs outbox_overdue_us(const Outbox *outbox, MonoUs now_us);

/* All entries and @taken_seq as bytes for a file. */
GBytes *outbox_save(const Outbox *outbox, uint64_t taken_seq);

/* Adds what outbox_save() wrote; all due at @now_us. Returns: false with %GANTRY_ERROR_INVALID for
 * anything else */
bool outbox_load(Outbox *outbox,
                 GBytes *bytes,
                 MonoUs now_us,
                 uint64_t *ret_taken_seq,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
