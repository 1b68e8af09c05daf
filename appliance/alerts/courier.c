/* From outbox to request, and from answer to outbox. */
#include "appliance/alerts/courier.h"

#include "appliance/alerts/digest-state.h"
#include "pipelines/base/clock.h"

#define HEARTBEAT_RETRY_US (60 * US_PER_SECOND)

struct Courier {
    CourierSettings settings;
    GHashTable *posts; /* (element-type DeliveryPost): under way */
};

Courier *
courier_new(const CourierSettings *settings)
{
    Courier *courier = g_new0(Courier, 1);

    courier->settings = *settings;
    courier->posts = g_hash_table_new_full(NULL, NULL, delivery_post_free, NULL);
    return courier;
}

void
courier_free(Courier *courier)
{
    if (courier == NULL)
        return;
    courier_cancel(courier, NULL);
    g_hash_table_unref(courier->posts);
    g_free(courier);
}

static void
report(Courier *courier, const DeliveryRecord *record)
{
    if (courier->settings.listener != NULL)
        courier->settings.listener(record, courier->settings.user_data);
}

typedef struct {
    Courier *courier;
    GantryReceiver *receiver;
} Leaving;

/* An entry was replaced by a newer state of its alarm, or is nobody's business any more. */
static void
entry_superseded(const OutboxEntry *entry, gpointer user_data)
{
    const Leaving *leaving = user_data;
    DeliveryRecord record;

    delivery_superseded_record(leaving->receiver, entry, &record);
    const AttemptNote note = {.record = &record, .what = "event", .title = "", .failure = ""};

    receiver_note(leaving->receiver, &note);
    report(leaving->courier, &record);
}

/* Styles are made for one message: the link may be for one alarm. Free ack_link. */
static NoticeStyle
style_of(Courier *courier, const GantryReceiver *receiver, const char *ack_link)
{
    return (NoticeStyle){
        .kind = receiver->kind,
        .receiver = receiver->id,
        .title = receiver->title,
        .text = receiver->text,
        .ack_link = ack_link,
        .scoped = receiver->policy.scoped,
        .zone = receiver->zone,
        .sender = courier->settings.sender,
    };
}

static Notice *
notice_for(Courier *courier, const GantryReceiver *receiver, const Event *event)
{
    g_autofree char *link =
        courier->settings.ack_link != NULL && event->cleared_wall_us == 0
            ? courier->settings.ack_link(event->alarm_id, receiver->id, wall_now_us(),
                                         courier->settings.user_data)
            : NULL;
    g_autofree char *to_do =
        courier->settings.to_do != NULL
            ? courier->settings.to_do(event->fault, courier->settings.user_data)
            : NULL;
    NoticeStyle style = style_of(courier, receiver, link != NULL ? link : "");

    style.to_do = to_do;
    return notice_of_event(event, &style);
}

/* What an attempt came to. */
typedef struct {
    const TransferAnswer *answer;
    PayloadVerdict verdict;
    OutboxResult result;
    char *failure; /* "" for success; owned by the caller */
} Outcome;

static DeliveryOutcome
outcome_of(const Outcome *outcome, bool stays)
{
    if (outcome->result.class == RETRY_DELIVERED)
        return DELIVERY_OK;
    return stays ? DELIVERY_FAILED : DELIVERY_GIVEN_UP;
}

static void
note_attempt(Courier *courier,
             const DeliveryPost *post,
             const DeliveryRecord *record,
             const Outcome *outcome)
{
    const AttemptNote note = {
        .record = record,
        .what = delivery_post_what(post),
        .title = post->notice->title,
        .failure = outcome->failure,
        .class = outcome->result.class,
    };

    receiver_note(post->receiver, &note);
    if (record->alarm_id[0] != '\0')
        report(courier, record);
}

static void
settle_entry(Courier *courier, const DeliveryPost *post, const Outcome *outcome)
{
    g_autoptr(Event) event = event_ref(post->entry->event);
    DeliveryRecord record;

    delivery_post_record(post, event, outcome->answer, outcome->result.now_us, &record);
    if (event->cleared_wall_us != 0)
        digest_state_forget(post->receiver->outbox, event->alarm_id);
    const bool stays = outbox_finished(post->receiver->outbox, post->entry, &outcome->result);

    record.outcome = outcome_of(outcome, stays);
    note_attempt(courier, post, &record, outcome);
}

/* What keeps state holds one incident for all digests; others know each alarm from now on. */
static void
digest_taken(GantryReceiver *receiver, GPtrArray *events)
{
    const bool keeps_state = receiver_kind_info(receiver->kind)->keeps_state;

    for (guint i = 0; i < events->len; i++) {
        const Event *event = g_ptr_array_index(events, i);

        if (event->cleared_wall_us == 0 && !keeps_state)
            outbox_announce(receiver->outbox, event->alarm_id);
        else
            outbox_forget(receiver->outbox, event->alarm_id);
    }
    if (keeps_state && events->len > 0)
        digest_state_told(receiver->outbox, events);
    else if (keeps_state)
        digest_state_resolved(receiver->outbox);
}

/* One request for many entries: a record for each. */
static void
settle_digest(Courier *courier, const DeliveryPost *post, const Outcome *outcome)
{
    GantryReceiver *receiver = post->receiver;
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    const bool good = outcome->result.class == RETRY_DELIVERED;
    DeliveryRecord record;

    for (guint i = 0; i < post->entries->len; i++)
        g_ptr_array_add(events,
                        event_ref(((OutboxEntry *)g_ptr_array_index(post->entries, i))->event));
    outbox_finished_digest(receiver->outbox, post->entries, &outcome->result);
    receiver->digest_us = outcome->result.now_us + PACE_DIGEST_US;
    receiver->digest_ending = receiver->digest_ending && events->len > 0;
    if (good)
        digest_taken(receiver, events);
    for (guint i = 0; i < events->len; i++) {
        const Event *event = g_ptr_array_index(events, i);

        delivery_post_record(post, event, outcome->answer, outcome->result.now_us, &record);
        record.outcome = outcome_of(outcome, true);
        report(courier, &record);
    }
    delivery_post_record(post, NULL, outcome->answer, outcome->result.now_us, &record);
    record.outcome = outcome_of(outcome, true);
    note_attempt(courier, post, &record, outcome);
}

static void
settle_heartbeat(Courier *courier, const DeliveryPost *post, const Outcome *outcome)
{
    GantryReceiver *receiver = post->receiver;
    const bool good = outcome->result.class == RETRY_DELIVERED;
    DeliveryRecord record;

    receiver->heartbeat_waits = false;
    receiver->heartbeat_failed = !good;
    if (!good)
        receiver->heartbeat_due_us = outcome->result.now_us + HEARTBEAT_RETRY_US;
    delivery_post_record(post, NULL, outcome->answer, outcome->result.now_us, &record);
    record.outcome = outcome_of(outcome, true);
    note_attempt(courier, post, &record, outcome);
}

static void
settle_trial(Courier *courier, DeliveryPost *post, const Outcome *outcome)
{
    const bool good = outcome->result.class == RETRY_DELIVERED;
    g_autofree char *answer =
        outcome->answer->status != 0
            ? g_strdup_printf("answered %d%s%s", outcome->answer->status,
                              outcome->answer->text[0] != '\0' ? ": " : "", outcome->answer->text)
            : g_strdup(outcome->answer->sent ? outcome->answer->text : "");
    g_autofree char *text =
        good ? g_strdup_printf("The receiver took it: %s.", answer)
             : g_strdup_printf("The receiver did not take it: %s.", outcome->failure);
    DeliveryRecord record;

    delivery_post_record(post, post->notice->event, outcome->answer, outcome->result.now_us,
                         &record);
    record.outcome = outcome_of(outcome, false);
    const AttemptNote note = {.record = &record,
                              .what = delivery_post_what(post),
                              .title = post->notice->title,
                              .failure = outcome->failure,
                              .class = outcome->result.class};

    receiver_note_trial(post->receiver, &note);
    alert_trial_answer(g_steal_pointer(&post->trial), good, text);
}

static void
settle(Courier *courier, DeliveryPost *post, const TransferAnswer *answer)
{
    const PayloadAnswer read = {.status = answer->status,
                                .sent = answer->sent,
                                .text = answer->text,
                                .retry_after = answer->retry_after};
    Outcome outcome = {
        .answer = answer,
        .verdict = payload_judge(post->receiver->kind, post->notice, &read, wall_now_us()),
    };
    /* What failed before it began is for people to mend. */
    const RetryClass class = post->transfer == NULL ? RETRY_REFUSED : outcome.verdict.class;
    g_autofree char *failure =
        class == RETRY_DELIVERED ? g_strdup("") : delivery_failure_text(answer, &outcome.verdict);

    outcome.failure = failure;
    outcome.result = (OutboxResult){.class = class,
                                    .retry_after_s = outcome.verdict.retry_after_s,
                                    .now_us = boot_now_us(),
                                    .random = g_random_double()};
    if (post->trial != NULL)
        settle_trial(courier, post, &outcome);
    else if (post->entries != NULL)
        settle_digest(courier, post, &outcome);
    else if (post->entry != NULL)
        settle_entry(courier, post, &outcome);
    else
        settle_heartbeat(courier, post, &outcome);
    g_hash_table_remove(courier->posts, post);
}

static void
finish(Courier *courier, DeliveryPost *post, CURLcode code)
{
    g_auto(TransferAnswer) answer = {0};

    transfer_finish(post->transfer, code, &answer);
    (void)curl_multi_remove_handle(courier->settings.multi, delivery_post_handle(post));
    settle(courier, post, &answer);
}

void
courier_collect(Courier *courier)
{
    int left = 0;

    for (CURLMsg *message = NULL;
         (message = curl_multi_info_read(courier->settings.multi, &left)) != NULL;) {
        if (message->msg == CURLMSG_DONE)
            finish(courier, transfer_owner(transfer_of(message->easy_handle)),
                   message->data.result);
    }
}

/* @why: (nullable): it cannot be sent. */
static void
start(Courier *courier, DeliveryPost *post, const GError *why)
{
    g_hash_table_add(courier->posts, post);
    delivery_pace_take(post->receiver->pace, post->started_us);
    if (post->transfer == NULL) {
        const TransferAnswer answer = {.text = why->message};

        settle(courier, post, &answer);
    } else if (curl_multi_add_handle(courier->settings.multi, delivery_post_handle(post)) !=
               CURLM_OK) {
        finish(courier, post, CURLE_FAILED_INIT);
    }
}

static void
start_entry(Courier *courier, GantryReceiver *receiver, OutboxEntry *entry, MonoUs now_us)
{
    g_autoptr(GError) error = NULL;

    outbox_started(receiver->outbox, entry, now_us);
    delivery_pace_told(receiver->pace, entry->event, now_us);
    DeliveryPost *post =
        delivery_post_new(receiver, notice_for(courier, receiver, entry->event), &error);

    post->entry = entry;
    start(courier, post, error);
}

static void
start_digest(Courier *courier, GantryReceiver *receiver, MonoUs now_us)
{
    const NoticeStyle style = style_of(courier, receiver, "");
    g_autofree char *id = g_uuid_string_random();
    g_autoptr(GPtrArray) events = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    GPtrArray *entries = outbox_start_digest(receiver->outbox, now_us,
                                             receiver_kind_info(receiver->kind)->in_flight);

    if (entries == NULL)
        return;
    for (guint i = 0; i < entries->len; i++)
        g_ptr_array_add(events, ((OutboxEntry *)g_ptr_array_index(entries, i))->event);
    Notice *notice = notice_digest(events, id, wall_now_us(), &style);

    if (digest_state_is_open(receiver->outbox))
        notice->action = TELL_TRIGGER; /* to the incident that is open, which ends with the flood */
    DeliveryPost *post = delivery_post_new(receiver, notice, &error);

    post->entries = entries;
    receiver->digest_us = now_us + PACE_DIGEST_US;
    start(courier, post, error);
}

/* Resolves what digests opened, once the flood is over and none of its alarms stands. */
static void
end_digests(Courier *courier, GantryReceiver *receiver, MonoUs now_us)
{
    const NoticeStyle style = style_of(courier, receiver, "");
    g_autofree char *id = g_uuid_string_random();
    g_autoptr(GError) error = NULL;

    if (receiver->digest_ending || now_us < receiver->digest_end_us ||
        !digest_state_may_end(receiver->outbox, delivery_pace_is_flood(receiver->pace, now_us)))
        return;
    receiver->digest_ending = true;
    receiver->digest_end_us = now_us + PACE_DIGEST_US; /* if it fails */
    DeliveryPost *post =
        delivery_post_new(receiver, notice_plain(NOTICE_DIGEST, id, wall_now_us(), &style), &error);

    post->entries = outbox_start_digest_end(receiver->outbox);
    start(courier, post, error);
}

static void
start_heartbeat(Courier *courier, GantryReceiver *receiver, MonoUs now_us)
{
    const NoticeStyle style = style_of(courier, receiver, "");
    g_autofree char *id = g_uuid_string_random();
    g_autoptr(GError) error = NULL;
    DeliveryPost *post = delivery_post_new(
        receiver, notice_plain(NOTICE_HEARTBEAT, id, wall_now_us(), &style), &error);

    receiver->heartbeat_waits = true;
    receiver->heartbeat_due_us = now_us + receiver->heartbeat_us;
    start(courier, post, error);
}

static unsigned
in_flight_of(const GantryReceiver *receiver)
{
    return MIN(receiver_kind_info(receiver->kind)->in_flight, RECEIVER_MAX_IN_FLIGHT);
}

static MonoUs
digest_due_us(const GantryReceiver *receiver)
{
    const MonoUs due = outbox_digest_due_us(receiver->outbox, in_flight_of(receiver));

    return due == US_NEVER ? US_NEVER : MAX(due + PACE_DIGEST_WAIT_US, receiver->digest_us);
}

void
courier_tend(Courier *courier, GantryReceiver *receiver, MonoUs now_us)
{
    const Leaving leaving = {.courier = courier, .receiver = receiver};
    const unsigned in_flight = in_flight_of(receiver);
    OutboxEntry *entry = NULL;

    receiver_take_events(receiver, now_us, entry_superseded, (gpointer)(uintptr_t)&leaving);
    if (receiver->paused)
        return;
    while (delivery_pace_ready_us(receiver->pace, now_us) <= now_us &&
           (entry = outbox_next(receiver->outbox, now_us, in_flight)) != NULL)
        start_entry(courier, receiver, entry, now_us);
    if (digest_due_us(receiver) <= now_us &&
        delivery_pace_ready_us(receiver->pace, now_us) <= now_us)
        start_digest(courier, receiver, now_us);
    if (delivery_pace_ready_us(receiver->pace, now_us) <= now_us)
        end_digests(courier, receiver, now_us);
    if (receiver->heartbeat_due_us <= now_us && !receiver->heartbeat_waits)
        start_heartbeat(courier, receiver, now_us);
}

MonoUs
courier_deadline_us(const GantryReceiver *receiver, MonoUs now_us)
{
    const unsigned in_flight = in_flight_of(receiver);
    MonoUs due = MIN(outbox_deadline(receiver->outbox, in_flight), digest_due_us(receiver));

    if (receiver->paused)
        return US_NEVER;
    due = MAX(due, delivery_pace_ready_us(receiver->pace, now_us));
    return receiver->heartbeat_waits ? due : MIN(due, receiver->heartbeat_due_us);
}

void
courier_cancel(Courier *courier, const GantryReceiver *receiver)
{
    GHashTableIter iter;
    gpointer key = NULL;

    g_hash_table_iter_init(&iter, courier->posts);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        DeliveryPost *post = key;

        if (receiver != NULL && post->receiver != receiver)
            continue;
        (void)curl_multi_remove_handle(courier->settings.multi, delivery_post_handle(post));
        if (post->entries != NULL && post->entries->len == 0)
            post->receiver->digest_ending = false;
        if (post->entries != NULL)
            outbox_cancelled_digest(post->receiver->outbox, post->entries);
        else if (post->entry != NULL)
            outbox_cancelled(post->receiver->outbox, post->entry);
        else
            post->receiver->heartbeat_waits = false;
        g_hash_table_iter_remove(&iter);
    }
}

bool
courier_is_busy(const Courier *courier)
{
    return g_hash_table_size(courier->posts) > 0;
}

void
courier_test(Courier *courier, GantryReceiver *receiver, AlertTrial *trial)
{
    const NoticeStyle style = style_of(courier, receiver, "");
    g_autofree char *id = g_uuid_string_random();
    g_autoptr(GError) error = NULL;
    DeliveryPost *post =
        delivery_post_new(receiver, notice_plain(NOTICE_TEST, id, wall_now_us(), &style), &error);

    post->trial = trial;
    start(courier, post, error);
}

void
courier_replay(Courier *courier, GantryReceiver *receiver, const Event *event, AlertTrial *trial)
{
    g_autoptr(GError) error = NULL;
    DeliveryPost *post = delivery_post_new(receiver, notice_for(courier, receiver, event), &error);

    post->trial = trial;
    start(courier, post, error);
}
