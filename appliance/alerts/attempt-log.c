/* A queue with an end. */
#include "appliance/alerts/attempt-log.h"

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define VERSION   1u
#define FILE_TYPE G_VARIANT_TYPE("(uta(tssstuxxuiss))")
#define MAX_WORD  300u /* bytes of a text but the answer */

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

uint64_t
attempt_log_last(const AttemptLog *log)
{
    return log->last;
}

GBytes *
attempt_log_save(const AttemptLog *log)
{
    GVariantBuilder attempts;

    g_variant_builder_init(&attempts, G_VARIANT_TYPE("a(tssstuxxuiss)"));
    for (const GList *at = log->attempts.head; at != NULL; at = at->next) {
        const Attempt *attempt = at->data;

        g_variant_builder_add(&attempts, "(tssstuxxuiss)", attempt->number, attempt->what,
                              attempt->event_id, attempt->alarm_id, attempt->seq, attempt->attempt,
                              attempt->at_us, attempt->latency_us, (guint32)attempt->outcome,
                              attempt->status, attempt->title, attempt->answer);
    }
    g_autoptr(GVariant) file = g_variant_ref_sink(g_variant_new(
        "(ut@a(tssstuxxuiss))", VERSION, log->last, g_variant_builder_end(&attempts)));

    return g_variant_get_data_as_bytes(file);
}

static Attempt *
load_one(GVariant *attempts, gsize index)
{
    Attempt *attempt = g_new0(Attempt, 1);
    const char *what = NULL, *event_id = NULL, *alarm_id = NULL, *title = NULL, *answer = NULL;
    guint32 outcome = 0;

    g_variant_get_child(attempts, index, "(t&s&s&stuxxui&s&s)", &attempt->number, &what, &event_id,
                        &alarm_id, &attempt->seq, &attempt->attempt, &attempt->at_us,
                        &attempt->latency_us, &outcome, &attempt->status, &title, &answer);
    attempt->outcome = (DeliveryOutcome)CLAMP(outcome, DELIVERY_OK, DELIVERY_GIVEN_UP);
    attempt->what = text_clean(what, MAX_WORD);
    attempt->event_id = text_clean(event_id, MAX_WORD);
    attempt->alarm_id = text_clean(alarm_id, MAX_WORD);
    attempt->title = text_clean(title, MAX_WORD);
    attempt->answer = text_clean(answer, DELIVERY_MAX_ANSWER);
    return attempt;
}

bool
attempt_log_load(AttemptLog *log, GBytes *bytes, GError **error)
{
    g_autoptr(GVariant) file =
        g_variant_ref_sink(g_variant_new_from_bytes(FILE_TYPE, bytes, FALSE));
    g_autoptr(GVariant) attempts = NULL;
    guint32 version = 0;
    guint64 last = 0;

    if (g_variant_is_normal_form(file))
        g_variant_get(file, "(ut@a(tssstuxxuiss))", &version, &last, &attempts);
    if (version != VERSION || g_variant_n_children(attempts) > ATTEMPT_LOG_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "no list of attempts");
        return false;
    }
    for (gsize i = g_variant_n_children(attempts); i-- > 0;)
        g_queue_push_head(&log->attempts, load_one(attempts, i));
    while (log->attempts.length > ATTEMPT_LOG_MAX)
        attempt_free(g_queue_pop_head(&log->attempts));
    log->last += last;
    return true;
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
