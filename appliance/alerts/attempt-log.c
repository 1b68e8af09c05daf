/* A queue with an end. */
#include "appliance/alerts/attempt-log.h"

struct AttemptLog {
    GQueue attempts; /* (element-type Attempt): oldest first */
    uint64_t last;
};

static void
attempt_free(gpointer data)
{
    Attempt *attempt = data;

    g_free(attempt->what);
    g_free(attempt->event_id);
    g_free(attempt->alarm_id);
    g_free(attempt->title);
    g_free(attempt->answer);
    g_free(attempt);
}

AttemptLog *
attempt_log_new(void)
{
    AttemptLog *log = g_new0(AttemptLog, 1);

    g_queue_init(&log->attempts);
    return log;
}

void
attempt_log_free(AttemptLog *log)
{
    if (log == NULL)
        return;
    g_queue_clear_full(&log->attempts, attempt_free);
    g_free(log);
}

static Attempt *
attempt_copy(const Attempt *from)
{
    Attempt *copy = g_memdup2(from, sizeof *from);

    copy->what = g_strdup(from->what);
    copy->event_id = g_strdup(from->event_id);
    copy->alarm_id = g_strdup(from->alarm_id);
    copy->title = g_strdup(from->title);
    copy->answer = g_strdup(from->answer);
    return copy;
}

void
attempt_log_add(AttemptLog *log, const DeliveryRecord *record, const char *what, const char *title)
{
    const Attempt attempt = {
        .number = ++log->last,
        .what = (char *)(uintptr_t)what,
        .event_id = (char *)(uintptr_t)record->event_id,
        .alarm_id = (char *)(uintptr_t)record->alarm_id,
        .seq = record->seq,
        .attempt = record->attempt,
        .at_us = record->at_us,
        .latency_us = record->latency_us,
        .outcome = record->outcome,
        .status = record->status,
        .title = (char *)(uintptr_t)title,
        .answer = (char *)(uintptr_t)record->answer,
    };

    g_queue_push_tail(&log->attempts, attempt_copy(&attempt));
    if (log->attempts.length > ATTEMPT_LOG_MAX)
        attempt_free(g_queue_pop_head(&log->attempts));
}

GPtrArray *
attempt_log_list(const AttemptLog *log, unsigned limit)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(attempt_free);

    for (const GList *at = log->attempts.tail; at != NULL && list->len < limit; at = at->prev)
        g_ptr_array_add(list, attempt_copy(at->data));
    return list;
}

const char *
delivery_outcome_name(DeliveryOutcome outcome)
{
    switch (outcome) {
    case DELIVERY_OK:
        return "delivered";
    case DELIVERY_FAILED:
        return "failed";
    case DELIVERY_SUPERSEDED:
        return "superseded";
    case DELIVERY_GIVEN_UP:
        return "given-up";
    }
    return "failed";
}
