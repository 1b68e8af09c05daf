/* The last attempts at one receiver: to be read when the database cannot. In memory, and kept in a
 * file over restarts. Not thread-safe: its owner locks. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/events/delivery.h"

#define ATTEMPT_LOG_MAX 256u /* the oldest goes first */

/* As DeliveryRecord, with strings of its own. */
typedef struct {
    uint64_t number;  /* from 1, over restarts */
    char *what;       /* "event", "digest", "heartbeat", "test", "replay" */
    char *event_id;   /* UUID */
    char *alarm_id;   /* UUID, "" for none */
    uint64_t seq;     /* journal sequence, 0 for none */
    uint32_t attempt; /* from 1 */
    WallUs at_us;
    int64_t latency_us;
    DeliveryOutcome outcome;
    int status;
    char *title;
    char *answer;
} Attempt;

typedef struct AttemptLog AttemptLog;

AttemptLog *attempt_log_new(void);
void attempt_log_free(AttemptLog *log); /* (nullable) */

/* Copies @record. */
void
attempt_log_add(AttemptLog *log, const DeliveryRecord *record, const char *what, const char *title);

/* Number of the newest; 0: none. */
uint64_t attempt_log_last(const AttemptLog *log);

/* All of it as bytes for a file. */
GBytes *attempt_log_save(const AttemptLog *log);

/* Puts what attempt_log_save() wrote before what is there. Returns: false with
 * %GANTRY_ERROR_INVALID for anything else */
bool attempt_log_load(AttemptLog *log, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Newest first, at most @limit. Returns: (transfer full) (element-type Attempt) */
GPtrArray *attempt_log_list(const AttemptLog *log, unsigned limit);

/* "delivered", "failed", "superseded", "given-up". */
const char *delivery_outcome_name(DeliveryOutcome outcome);
