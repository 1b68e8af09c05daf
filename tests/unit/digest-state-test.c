/* The one incident that digests of a flood keep open, and when it may end. */
#include "appliance/alerts/digest-state.h"

#include <glib.h>

static const char *const alarms[] = {"a0000000-0000-4000-8000-000000000000",
                                     "b0000000-0000-4000-8000-000000000000"};

/* A digest of one event of each alarm. */
static void
tell(Outbox *outbox, bool first_cleared, bool second_cleared)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    const bool cleared[] = {first_cleared, second_cleared};

    for (unsigned i = 0; i < G_N_ELEMENTS(alarms); i++) {
        Event *event = event_new(cleared[i] ? EVENT_ALARM_CLEARED : EVENT_ALARM_RAISED, 1, 1);

        event_set(&event->alarm_id, alarms[i]);
        event->cleared_wall_us = cleared[i] ? 1 : 0;
        g_ptr_array_add(events, event);
    }
    digest_state_told(outbox, events);
}

static void
it_ends_with_the_flood_and_the_last_of_its_alarms(void)
{
    Outbox *outbox = outbox_new();

    g_assert_false(digest_state_is_open(outbox));
    g_assert_false(digest_state_may_end(outbox, false));
    tell(outbox, false, false);
    g_assert_true(digest_state_is_open(outbox));
    g_assert_false(digest_state_may_end(outbox, false));
    tell(outbox, true, false); /* one ended within a digest, */
    g_assert_false(digest_state_may_end(outbox, false));
    digest_state_forget(outbox, alarms[1]); /* the other by itself */
    g_assert_false(digest_state_may_end(outbox, true));
    g_assert_true(digest_state_may_end(outbox, false));
    digest_state_resolved(outbox);
    g_assert_false(digest_state_may_end(outbox, false));
    outbox_free(outbox);
}

static void
what_only_ended_opens_nothing(void)
{
    Outbox *outbox = outbox_new();

    tell(outbox, true, true);
    g_assert_false(digest_state_is_open(outbox));
    outbox_free(outbox);
}

static void
it_outlives_a_restart(void)
{
    Outbox *outbox = outbox_new(), *next = outbox_new();
    uint64_t taken_seq = 0;
    g_autoptr(GError) error = NULL;

    tell(outbox, false, true);
    g_autoptr(GBytes) bytes = outbox_save(outbox, 7);

    g_assert_true(outbox_load(next, bytes, 1, &taken_seq, &error));
    g_assert_no_error(error);
    g_assert_true(digest_state_is_open(next));
    g_assert_false(digest_state_may_end(next, false));
    digest_state_forget(next, alarms[0]);
    g_assert_true(digest_state_may_end(next, false));
    outbox_free(outbox);
    outbox_free(next);
}

static void
it_waits_for_what_waits_to_be_told(void)
{
    Outbox *outbox = outbox_new();
    g_autoptr(Event) event = event_new(EVENT_ALARM_RAISED, 1, 1);

    tell(outbox, false, true);
    digest_state_forget(outbox, alarms[0]);
    event_set(&event->alarm_id, alarms[1]);
    outbox_add(outbox, event, 1, NULL, NULL)->folded = true;
    g_assert_false(digest_state_may_end(outbox, false));
    outbox_free(outbox);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/digest-state/ends", it_ends_with_the_flood_and_the_last_of_its_alarms);
    g_test_add_func("/digest-state/ended", what_only_ended_opens_nothing);
    g_test_add_func("/digest-state/restart", it_outlives_a_restart);
    g_test_add_func("/digest-state/waits", it_waits_for_what_waits_to_be_told);
    return g_test_run();
}
