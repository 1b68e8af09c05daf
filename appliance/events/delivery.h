/* One attempt to tell one receiver about one event: who sends it says so, the history keeps it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define DELIVERY_MAX_ANSWER 1024u /* bytes of an answer that are kept */

/* Numbers stand in the database: never changed, never reused. */
typedef enum {
    DELIVERY_OK = 1,         /* answered 2xx */
    DELIVERY_FAILED = 2,     /* will be tried again */
    DELIVERY_SUPERSEDED = 3, /* not sent: a newer state of the alarm took its place */
    DELIVERY_GIVEN_UP = 4,   /* tried for 24 h, or dropped by a full outbox */
} DeliveryOutcome;

/* Passed by reference for the duration of a call; whoever keeps it copies it. */
typedef struct {
    const char *receiver; /* slug */
    const char *event_id; /* UUID */
    const char *alarm_id; /* UUID */
    uint64_t seq;         /* journal sequence of the event */
    uint32_t attempt;     /* from 1; 0 if it was never sent */
    WallUs at_us;         /* begin of the attempt */
    int64_t latency_us;   /* duration of the attempt */
    int64_t age_us;       /* from the event to the end of the attempt, by the boot clock */
    DeliveryOutcome outcome;
    int status;         /* HTTP status, 0 for none */
    const char *answer; /* begin of the answer, or why there was none; clean UTF-8 */
} DeliveryRecord;

/* Must not block: called on the thread of the one who sends. */
typedef void (*DeliveryListener)(const DeliveryRecord *record, void *user_data);
