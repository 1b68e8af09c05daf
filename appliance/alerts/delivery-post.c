/* Secret, request and record of an attempt. */
#include "appliance/alerts/delivery-post.h"

#include <string.h>

#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

/* Returns: (transfer full) (nullable) */
static char *
read_secret(const GantryReceiver *receiver, GError **error)
{
    g_autofree char *text = NULL;
    gsize size = 0;

    if (receiver->secret_file[0] == '\0')
        return g_strdup("");
    if (!g_file_get_contents(receiver->secret_file, &text, &size, NULL) ||
        size > PAYLOAD_MAX_SECRET || strlen(text) != size) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "the secret file cannot be read: it is to be text of at most %u bytes",
                    PAYLOAD_MAX_SECRET);
        return NULL;
    }
    if (g_strstrip(text)[0] != '\0')
        return g_steal_pointer(&text);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "the secret file is empty");
    return NULL;
}

static Transfer *
make_transfer(DeliveryPost *post, const char *secret, GError **error)
{
    const GantryReceiver *receiver = post->receiver;
    g_auto(PayloadRequest) request = {0};
    const PayloadPlace place = {
        .url = receiver->url,
        .secret = secret,
        .to = receiver->to,
        .from = receiver->from,
        .user = receiver->user,
        .host = g_get_host_name(),
        .now_us = post->started_wall_us,
        .heartbeat_s = (unsigned)(receiver->heartbeat_us / US_PER_SECOND),
    };
    const TransferRules rules = {.ca_file = receiver->ca_file, .leave = receiver->leave};

    if (!payload_render(receiver->kind, post->notice, &place, &request, error))
        return NULL;
    if (!transfer_url_is_valid(request.url)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "the address is not one that a receiver can be at");
        return NULL;
    }
    Transfer *transfer = transfer_new(&request, &rules, post);

    if (transfer == NULL)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "out of memory");
    return transfer;
}

DeliveryPost *
delivery_post_new(GantryReceiver *receiver, Notice *notice, GError **error)
{
    g_autofree char *secret = read_secret(receiver, error);
    DeliveryPost *post = g_new0(DeliveryPost, 1);

    post->receiver = g_object_ref(receiver);
    post->notice = notice;
    post->started_us = boot_now_us();
    post->started_wall_us = wall_now_us();
    if (secret == NULL)
        return post;
    post->transfer = make_transfer(post, secret, error);
    explicit_bzero(secret, strlen(secret));
    return post;
}

void
delivery_post_free(gpointer data)
{
    DeliveryPost *post = data;

    if (post == NULL)
        return;
    if (post->trial != NULL)
        alert_trial_fail(post->trial, "The test was broken off.");
    transfer_free(post->transfer);
    notice_free(post->notice);
    g_clear_pointer(&post->entries, g_ptr_array_unref);
    g_clear_object(&post->receiver);
    g_free(post);
}

CURL *
delivery_post_handle(const DeliveryPost *post)
{
    return transfer_handle(post->transfer);
}

const char *
delivery_post_what(const DeliveryPost *post)
{
    if (post->trial != NULL)
        return post->notice->kind == NOTICE_TEST ? "test" : "replay";
    switch (post->notice->kind) {
    case NOTICE_EVENT:
        return "event";
    case NOTICE_DIGEST:
        return "digest";
    case NOTICE_HEARTBEAT:
        return "heartbeat";
    case NOTICE_TEST:
        break;
    }
    return "test";
}

void
delivery_post_record(const DeliveryPost *post,
                     const Event *event,
                     const TransferAnswer *answer,
                     MonoUs now_us,
                     DeliveryRecord *ret_record)
{
    *ret_record = (DeliveryRecord){
        .receiver = post->receiver->id,
        .event_id = event != NULL ? event->id : post->notice->id,
        .alarm_id = event != NULL ? event->alarm_id : "",
        .seq = event != NULL ? event->seq : 0,
        .attempt = post->entry != NULL ? post->entry->attempts : 1,
        .at_us = post->started_wall_us,
        .latency_us = now_us - post->started_us,
        .age_us = event != NULL ? now_us - event->at_us : 0,
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
        .at_us = wall_now_us(),
        .age_us = boot_now_us() - entry->event->at_us,
        .outcome = DELIVERY_SUPERSEDED,
        .answer = "",
    };
}

char *
delivery_failure_text(const TransferAnswer *answer, const PayloadVerdict *verdict)
{
    g_autofree char *head = text_clean(answer->text, 80);

    if (answer->status == 0)
        return g_strdup(answer->text);
    if (verdict->why != NULL)
        return g_strdup_printf("%s, but %d \"%s\"", verdict->why, answer->status, head);
    return g_strdup_printf("it answered %d%s%s", answer->status, head[0] != '\0' ? ": " : "", head);
}
