/* The outbox step by step: order, replacement, retries, and back from its file. */
#include "appliance/alerts/outbox.h"

#include <glib.h>

#include "pipelines/base/error.h"

#define S US_PER_SECOND

static void
count(const OutboxEntry *entry, gpointer user_data)
{
    unsigned *n = user_data;

    (*n)++;
}

static void
add(Outbox *outbox, EventKind kind, const char *alarm, uint64_t seq, unsigned *superseded)
{
    g_autoptr(Event) event = event_new(kind, S, S);

    event->seq = seq;
    g_autofree char *id = g_strdup_printf("0000000%s-0000-4000-8000-000000000000", alarm);

    event_set(&event->alarm_id, id);
    outbox_add(outbox, event, S, count, superseded);
}

static bool
finish(Outbox *outbox, OutboxEntry *entry, int status, MonoUs now_us)
{
    const OutboxResult result = {
        .class = retry_class(status), .retry_after_s = -1, .now_us = now_us, .random = 0.5};

    return outbox_finished(outbox, entry, &result);
}

static OutboxEntry *
start(Outbox *outbox, MonoUs now_us)
{
    OutboxEntry *entry = outbox_next(outbox, now_us, 4);

    if (entry != NULL)
        outbox_started(outbox, entry, now_us);
    return entry;
}

static void
at_most_four_are_under_way_and_one_of_an_alarm(void)
{
    static const char *const alarms[] = {"a", "b", "c", "d", "e"};
    Outbox *outbox = outbox_new();
    unsigned superseded = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(alarms); i++)
        add(outbox, EVENT_ALARM_RAISED, alarms[i], i + 1, &superseded);
    OutboxEntry *first = start(outbox, S);

    add(outbox, EVENT_ALARM_CLEARED, "a", 6, &superseded);
    g_assert_nonnull(start(outbox, S));
    g_assert_nonnull(start(outbox, S));
    g_assert_nonnull(start(outbox, S));
    g_assert_null(start(outbox, S)); /* four */
    g_assert_cmpint(outbox_deadline(outbox, 4), ==, US_NEVER);
    g_assert_false(finish(outbox, first, 204, 2 * S));
    OutboxEntry *next = start(outbox, 2 * S);

    g_assert_cmpuint(next->event->seq, ==, 5);
    g_assert_false(finish(outbox, next, 204, 2 * S));
    g_assert_cmpuint(start(outbox, 2 * S)->event->seq, ==, 6); /* a's raise was delivered */
    g_assert_cmpuint(superseded, ==, 0);
    outbox_free(outbox);
}

static void
what_waits_behind_its_alarm_is_no_deadline(void)
{
    Outbox *outbox = outbox_new();
    unsigned superseded = 0;

    add(outbox, EVENT_ALARM_RAISED, "a", 1, &superseded);
    g_assert_nonnull(start(outbox, S));
    add(outbox, EVENT_ALARM_CLEARED, "a", 2, &superseded);
    g_assert_cmpint(outbox_deadline(outbox, 4), ==, US_NEVER);
    g_assert_null(start(outbox, S));
    outbox_free(outbox);
}

static void
a_newer_state_replaces_states_and_acts_that_wait(void)
{
    Outbox *outbox = outbox_new();
    unsigned superseded = 0;

    add(outbox, EVENT_ALARM_RAISED, "a", 1, &superseded);
    add(outbox, EVENT_ALARM_ACK, "a", 2, &superseded);
    g_assert_cmpuint(outbox_size(outbox), ==, 2); /* an act does not replace a state */
    add(outbox, EVENT_ALARM_UNACK, "a", 3, &superseded);
    g_assert_cmpuint(superseded, ==, 1);
    add(outbox, EVENT_ALARM_CLEARED, "a", 4, &superseded);
    g_assert_cmpuint(superseded, ==, 3);
    g_assert_cmpuint(outbox_size(outbox), ==, 1);
    g_assert_cmpuint(start(outbox, S)->event->seq, ==, 4);
    outbox_free(outbox);
}

static void
a_failure_waits_its_time_and_ends_soon_when_the_receiver_is_back(void)
{
    Outbox *outbox = outbox_new();
    unsigned superseded = 0;
    MonoUs now = S;

    add(outbox, EVENT_ALARM_RAISED, "a", 1, &superseded);
    for (unsigned i = 0; i < 6; i++) { /* 0, 5, 15, 30, 60, 120 s */
        OutboxEntry *entry = start(outbox, now);

        g_assert_nonnull(entry);
        g_assert_true(finish(outbox, entry, 500, now));
        g_assert_true(outbox_has_failures(outbox));
        now = outbox_deadline(outbox, 4);
    }
    g_assert_cmpint(now, ==, 301 * S);
    add(outbox, EVENT_ALARM_RAISED, "b", 2, &superseded);
    g_assert_false(finish(outbox, start(outbox, 200 * S), 204, 200 * S));
    g_assert_cmpint(outbox_deadline(outbox, 4), ==, 200 * S);
    g_assert_false(finish(outbox, start(outbox, 200 * S), 204, 200 * S));
    g_assert_cmpuint(outbox_size(outbox), ==, 0);
    outbox_free(outbox);
}

static void
a_day_without_an_answer_is_the_end(void)
{
    Outbox *outbox = outbox_new();
    unsigned superseded = 0, attempts = 0;
    OutboxEntry *entry = NULL;

    add(outbox, EVENT_ALARM_RAISED, "a", 1, &superseded);
    for (MonoUs now = S; (entry = start(outbox, now)) != NULL; attempts++) {
        if (!finish(outbox, entry, 0, now))
            break;
        now = outbox_deadline(outbox, 4);
    }
    g_assert_cmpuint(attempts, ==, 293);
    g_assert_cmpuint(outbox_size(outbox), ==, 0);
    outbox_free(outbox);
}

static void
the_whole_receiver_waits_when_it_says_so(void)
{
    Outbox *outbox = outbox_new();
    unsigned superseded = 0;
    const OutboxResult patience = {
        .class = RETRY_THROTTLED, .retry_after_s = 60, .now_us = 2 * S, .random = 0.5};

    add(outbox, EVENT_ALARM_RAISED, "a", 1, &superseded);
    add(outbox, EVENT_ALARM_RAISED, "b", 2, &superseded);
    g_assert_true(outbox_finished(outbox, start(outbox, S), &patience));
    g_assert_null(start(outbox, 61 * S));
    g_assert_cmpint(outbox_deadline(outbox, 4), ==, 62 * S);
    g_assert_nonnull(start(outbox, 62 * S));
    outbox_free(outbox);
}

static void
its_file_brings_everything_back(void)
{
    Outbox *before = outbox_new();
    Outbox *after = outbox_new();
    unsigned superseded = 0;
    uint64_t taken = 0;
    g_autoptr(GError) error = NULL;

    add(before, EVENT_ALARM_RAISED, "a", 7, &superseded);
    add(before, EVENT_ALARM_RAISED, "b", 8, &superseded);
    g_assert_nonnull(start(before, S));
    g_autoptr(GBytes) bytes = outbox_save(before, 9);

    g_assert_true(outbox_load(after, bytes, 5 * S, &taken, &error));
    g_assert_cmpuint(taken, ==, 9);
    g_assert_cmpuint(outbox_size(after), ==, 2);
    g_assert_cmpuint(start(after, 5 * S)->event->seq, ==, 8); /* after a gap the newest first */
    g_assert_true(outbox_is_announced(after, "0000000a-0000-4000-8000-000000000000"));
    g_assert_false(outbox_is_announced(before, "0000000b-0000-4000-8000-000000000000"));
    outbox_free(before);
    outbox_free(after);
}

static void
a_damaged_file_is_refused_wherever_the_damage_is(void)
{
    Outbox *before = outbox_new();
    unsigned superseded = 0;

    add(before, EVENT_ALARM_RAISED, "a", 7, &superseded);
    g_autoptr(GBytes) bytes = outbox_save(before, 9);

    for (gsize size = 0; size < g_bytes_get_size(bytes); size++) {
        g_autoptr(GBytes) cut = g_bytes_new_from_bytes(bytes, 0, size);
        Outbox *after = outbox_new();
        g_autoptr(GError) error = NULL;
        uint64_t taken = 0;

        g_assert_false(outbox_load(after, cut, S, &taken, &error));
        g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID);
        outbox_free(after);
    }
    outbox_free(before);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outbox/at-most-four-are-under-way-and-one-of-an-alarm",
                    at_most_four_are_under_way_and_one_of_an_alarm);
    g_test_add_func("/outbox/what-waits-behind-its-alarm-is-no-deadline",
                    what_waits_behind_its_alarm_is_no_deadline);
    g_test_add_func("/outbox/a-newer-state-replaces-states-and-acts-that-wait",
                    a_newer_state_replaces_states_and_acts_that_wait);
    g_test_add_func("/outbox/a-failure-waits-its-time-and-ends-soon-when-the-receiver-is-back",
                    a_failure_waits_its_time_and_ends_soon_when_the_receiver_is_back);
    g_test_add_func("/outbox/a-day-without-an-answer-is-the-end",
                    a_day_without_an_answer_is_the_end);
    g_test_add_func("/outbox/the-whole-receiver-waits-when-it-says-so",
                    the_whole_receiver_waits_when_it_says_so);
    g_test_add_func("/outbox/its-file-brings-everything-back", its_file_brings_everything_back);
    g_test_add_func("/outbox/a-damaged-file-is-refused-wherever-the-damage-is",
                    a_damaged_file_is_refused_wherever_the_damage_is);
    return g_test_run();
}
