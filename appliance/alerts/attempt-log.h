/* The last attempts at one receiver, in memory: to be read when the database cannot. Not
 * thread-safe: its owner locks. */
#pragma once

#include <glib.h>

#include "appliance/events/delivery.h"

#define ATTEMPT_LOG_MAX 256u /* the oldest goes first */

/* As DeliveryRecord, with strings of its own. */
typedef struct {
    uint64_t number;  /* from 1, since gantryd started */
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

/* Newest first, at most @limit. Returns: (transfer full) (element-type Attempt) */
GPtrArray *attempt_log_list(const AttemptLog *log, unsigned limit);

/* "delivered", "failed", "superseded", "given-up". */
const char *delivery_outcome_name(DeliveryOutcome outcome);
