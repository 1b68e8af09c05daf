/* How fast one receiver may be spoken to, and when many words become few: a token bucket, the time
 * between two updates of one incident, the gauge of a flood. Pure. */
#pragma once

#include "appliance/events/event.h"

#define PACE_ANNOUNCE_US    (400 * US_PER_MS)    /* a raised alarm waits so long for its incident */
#define PACE_UPDATE_US      (60 * US_PER_SECOND) /* between two messages of one incident */
#define PACE_FLOOD_US       (600 * US_PER_SECOND) /* alarms within this ... */
#define PACE_FLOOD_ABOVE    10u                   /* ... more than so many begin a flood ... */
#define PACE_FLOOD_BELOW    5u                    /* ... and fewer than so many end it (ISA-18.2) */
#define PACE_DIGEST_US      (60 * US_PER_SECOND)  /* between two digests */
#define PACE_DIGEST_WAIT_US (5 * US_PER_SECOND)   /* before the first */

typedef struct DeliveryPace DeliveryPace;

/* @burst, @per_minute: at least 1 */
DeliveryPace *delivery_pace_new(unsigned burst, unsigned per_minute);
void delivery_pace_free(DeliveryPace *pace); /* (nullable) */

/* When a message may go, @now_us if now. */
MonoUs delivery_pace_ready_us(DeliveryPace *pace, MonoUs now_us);

/* A message goes: takes a token, or borrows one. */
void delivery_pace_take(DeliveryPace *pace, MonoUs now_us);

/* The receiver is being told of @event. */
void delivery_pace_told(DeliveryPace *pace, const Event *event, MonoUs now_us);

/* From when on @event may be told: raised alarms wait for siblings (@announced: not any more),
 * updates for the minute to end, worse news for nothing. */
MonoUs delivery_pace_due_us(DeliveryPace *pace, const Event *event, bool announced, MonoUs now_us);

/* An alarm begins that the receiver is to hear of. Returns: whether it is in a flood */
bool delivery_pace_count(DeliveryPace *pace, MonoUs now_us);
bool delivery_pace_is_flood(DeliveryPace *pace, MonoUs now_us);
