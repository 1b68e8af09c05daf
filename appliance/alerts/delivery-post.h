/* One request to a receiver: an entry of its outbox, a digest of several, a heartbeat, a test or a
 * replay. For the alerts thread. */
#pragma once

#include "appliance/alerts/alert-trial.h"
#include "appliance/alerts/receiver-work.h"
#include "appliance/alerts/transfer.h"

typedef struct {
    GantryReceiver *receiver; /* a reference */
    Notice *notice;
    OutboxEntry *entry; /* (nullable): no-ref: of an event */
    GPtrArray *entries; /* (nullable) (element-type OutboxEntry): of a digest */
    AlertTrial *trial;  /* (nullable): of a test or a replay */
    Transfer *transfer; /* (nullable): NULL if it failed before it began */
    MonoUs started_us;
    WallUs started_wall_us;
} DeliveryPost;

/* Renders @notice (transfer full) for @receiver. Never %NULL; without a transfer, and with @error,
 * if the secret cannot be read or used. */
DeliveryPost *delivery_post_new(GantryReceiver *receiver, Notice *notice, GError **error);
void delivery_post_free(gpointer post); /* (nullable); off its multi handle */

CURL *delivery_post_handle(const DeliveryPost *post);

/* "event", "digest", "heartbeat", "test", "replay". */
const char *delivery_post_what(const DeliveryPost *post);

/* What is known of the attempt as far as it is about @event (nullable); the outcome is the
 * caller's. Strings belong to @post, @event and @answer. */
void delivery_post_record(const DeliveryPost *post,
                          const Event *event,
                          const TransferAnswer *answer,
                          MonoUs now_us,
                          DeliveryRecord *ret_record);

/* The same for an entry that was replaced before it was delivered. */
void delivery_superseded_record(const GantryReceiver *receiver,
                                const OutboxEntry *entry,
                                DeliveryRecord *ret_record);

/* "it answered 500: ..." or why there was no answer. Returns: (transfer full) */
char *delivery_failure_text(const TransferAnswer *answer, const PayloadVerdict *verdict);
