/* One request to a receiver: an entry of its outbox, or a test. For the alerts thread. */
#pragma once

#include "appliance/alerts/alert-trial.h"
#include "appliance/alerts/payload-webhook.h"
#include "appliance/alerts/receiver-work.h"

typedef struct {
    GantryReceiver *receiver; /* a reference */
    OutboxEntry *entry;       /* (nullable): no-ref; NULL for a test */
    AlertTrial *test;         /* (nullable) */
    HttpPost *http;
    MonoUs started_us;
    WallUs started_wall_us;
} DeliveryPost;

/* Returns: (transfer full): not started; %NULL if the secret cannot be read */
DeliveryPost *delivery_post_new(GantryReceiver *receiver,
                                OutboxEntry *entry,
                                const PayloadSender *sender,
                                GError **error);

/* @test: (transfer full) unless it fails */
DeliveryPost *delivery_post_new_test(GantryReceiver *receiver,
                                     AlertTrial *test,
                                     const PayloadSender *sender,
                                     GError **error);
void delivery_post_free(gpointer post); /* (nullable); off its multi handle */

CURL *delivery_post_handle(const DeliveryPost *post);

/* What is known of the attempt; the outcome is the caller's. Strings belong to @post and @answer.
 */
void delivery_post_record(const DeliveryPost *post,
                          const HttpPostAnswer *answer,
                          MonoUs now_us,
                          DeliveryRecord *ret_record);

/* The same for an entry that was replaced before it was delivered. */
void delivery_superseded_record(const GantryReceiver *receiver,
                                const OutboxEntry *entry,
                                DeliveryRecord *ret_record);

/* "answered 500: ..." or why there was no answer. Returns: (transfer full) */
char *delivery_failure_text(const HttpPostAnswer *answer);
