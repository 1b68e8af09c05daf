/* Body, secrets and record of a request. */
#include "appliance/alerts/delivery-post.h"

#include <string.h>

#include "appliance/alerts/alerts-clock.h"
#include "appliance/alerts/webhook-sign.h"
#include "pipelines/base/error.h"

#define MAX_SECRETS 2u    /* the new one and the old one, during a change */
#define MAX_FILE    4096u /* bytes of a secret file */

/* Keys of the receiver's secret file, one a line; none for a receiver without one. */
static GPtrArray *
read_keys(const GantryReceiver *receiver, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autofree char *text = NULL;
    gsize size = 0;

    if (receiver->secret_file[0] == '\0')
        return g_steal_pointer(&keys);
    if (!g_file_get_contents(receiver->secret_file, &text, &size, NULL) || size > MAX_FILE) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "the secret file cannot be read");
        return NULL;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (size_t i = 0; lines[i] != NULL && keys->len < MAX_SECRETS; i++) {
        if (g_strstrip(lines[i])[0] == '\0')
            continue;
        GBytes *key = webhook_key(lines[i], error);

        if (key == NULL)
            return NULL;
        g_ptr_array_add(keys, key);
    }
    if (keys->len > 0)
        return g_steal_pointer(&keys);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "the secret file is empty");
    return NULL;
}

static DeliveryPost *
new_post(GantryReceiver *receiver, const char *id, const char *body, GError **error)
{
    g_autoptr(GPtrArray) keys = read_keys(receiver, error);

    if (keys == NULL)
        return NULL;
    DeliveryPost *post = g_new0(DeliveryPost, 1);

    post->started_us = alerts_boot_us();
    post->started_wall_us = alerts_wall_us();
    const HttpPostRequest request = {
        .url = receiver->url,
        .ca_file = receiver->ca_file,
        .allow_private = receiver->allow_private,
        .body = body,
        .id = id,
        .timestamp_s = post->started_wall_us / US_PER_SECOND,
        .keys = keys,
    };

    post->receiver = g_object_ref(receiver);
    post->http = http_post_new(&request, post);
    if (post->http != NULL)
        return post;
    delivery_post_free(post);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "out of memory");
    return NULL;
}

DeliveryPost *
delivery_post_new(GantryReceiver *receiver,
                  OutboxEntry *entry,
                  const PayloadSender *sender,
                  GError **error)
{
    g_autofree char *body = payload_webhook(entry->event, sender);
    DeliveryPost *post = new_post(receiver, entry->event->id, body, error);

    if (post != NULL)
        post->entry = entry;
    return post;
}

DeliveryPost *
delivery_post_new_test(GantryReceiver *receiver,
                       AlertTrial *test,
                       const PayloadSender *sender,
                       GError **error)
{
    g_autofree char *id = g_uuid_string_random();
    g_autofree char *body = payload_webhook_test(id, alerts_wall_us(), sender);
    DeliveryPost *post = new_post(receiver, id, body, error);

    if (post != NULL)
        post->test = test;
    return post;
}

void
delivery_post_free(gpointer data)
{
    DeliveryPost *post = data;

    if (post == NULL)
        return;
    if (post->test != NULL)
        alert_trial_fail(post->test, "The test was broken off.");
    http_post_free(post->http);
    g_clear_object(&post->receiver);
    g_free(post);
}

CURL *
delivery_post_handle(const DeliveryPost *post)
{
    return http_post_handle(post->http);
}

void
delivery_post_record(const DeliveryPost *post,
                     const HttpPostAnswer *answer,
                     MonoUs now_us,
                     DeliveryRecord *ret_record)
{
    const Event *event = post->entry->event;

    *ret_record = (DeliveryRecord){
        .receiver = post->receiver->id,
        .event_id = event->id,
        .alarm_id = event->alarm_id,
        .seq = event->seq,
        .attempt = post->entry->attempts,
        .at_us = post->started_wall_us,
        .latency_us = now_us - post->started_us,
        .age_us = now_us - event->at_us,
        .outcome = DELIVERY_FAILED,
        .status = answer->status,
        .answer = answer->text,
    };
}

void
delivery_superseded_record(const GantryReceiver *receiver,
                           const OutboxEntry *entry,
                           DeliveryRecord *ret_record)
{
    *ret_record = (DeliveryRecord){
        .receiver = receiver->id,
        .event_id = entry->event->id,
        .alarm_id = entry->event->alarm_id,
        .seq = entry->event->seq,
        .attempt = entry->attempts,
        .at_us = alerts_wall_us(),
        .age_us = alerts_boot_us() - entry->event->at_us,
        .outcome = DELIVERY_SUPERSEDED,
        .answer = "",
    };
}

char *
delivery_failure_text(const HttpPostAnswer *answer)
{
    if (answer->status == 0)
        return g_strdup(answer->text);
    return g_strdup_printf("it answered %d", answer->status);
}
