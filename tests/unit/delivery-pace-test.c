/* The pace step by step: tokens, the minute between updates, beginning and end of a flood. */
#include "appliance/alerts/delivery-pace.h"

#include <glib.h>

#define S US_PER_SECOND

static Event *
an_event(EventKind kind, Severity severity, MonoUs at_us)
{
    Event *event = event_new(kind, at_us, at_us);

    event->severity = severity;
    event_set(&event->incident_id, "i");
    return event;
}

static void
no_minute_sees_more_than_burst_and_rate(void)
{
    DeliveryPace *pace = delivery_pace_new(10, 90);
    MonoUs sent[1000];
    unsigned n = 0;

    for (MonoUs now = S; n < G_N_ELEMENTS(sent); now = delivery_pace_ready_us(pace, now)) {
        if (delivery_pace_ready_us(pace, now) > now)
            continue;
        delivery_pace_take(pace, now);
        sent[n++] = now;
    }
    for (unsigned i = 0; i < n; i++) {
        unsigned within = 0;

        for (unsigned k = i; k < n && sent[k] < sent[i] + 60 * S; k++)
            within++;
        g_assert_cmpuint(within, <=, 100);
    }
    /* 10 at once, the rest at 90 a minute. */
    g_assert_cmpint(sent[9], ==, S);
    g_assert_cmpint((sent[n - 1] - S) / S, ==, (1000 - 10) * 60 / 90);
    delivery_pace_free(pace);
}

static void
raised_alarms_wait_for_siblings_and_updates_for_the_minute(void)
{
    DeliveryPace *pace = delivery_pace_new(10, 60);
    g_autoptr(Event) raised = an_event(EVENT_ALARM_RAISED, SEVERITY_MINOR, 10 * S);
    g_autoptr(Event) update = an_event(EVENT_ALARM_UPDATED, SEVERITY_MINOR, 11 * S);
    g_autoptr(Event) worse = an_event(EVENT_ALARM_UPDATED, SEVERITY_CRITICAL, 11 * S);
    g_autoptr(Event) parent = an_event(EVENT_ALARM_UPDATED, SEVERITY_CRITICAL, 11 * S);
    g_autoptr(Event) cleared = an_event(EVENT_ALARM_CLEARED, SEVERITY_MINOR, 11 * S);

    parent->members = 5;
    g_assert_cmpint(delivery_pace_due_us(pace, raised, false, 10 * S), ==,
                    10 * S + 400 * US_PER_MS);
    /* Late already; and of a boot whose clock was ahead. */
    g_assert_cmpint(delivery_pace_due_us(pace, raised, false, 20 * S), ==, 20 * S);
    g_assert_cmpint(delivery_pace_due_us(pace, raised, false, S), ==, S + 400 * US_PER_MS);
    delivery_pace_told(pace, raised, 11 * S);
    g_assert_cmpint(delivery_pace_due_us(pace, update, true, 12 * S), ==, 71 * S);
    g_assert_cmpint(delivery_pace_due_us(pace, worse, true, 12 * S), ==, 12 * S);
    g_assert_cmpint(delivery_pace_due_us(pace, parent, true, 12 * S), ==, 71 * S);
    g_assert_cmpint(delivery_pace_due_us(pace, cleared, true, 12 * S), ==, 12 * S);
    g_assert_cmpint(delivery_pace_due_us(pace, update, true, 80 * S), ==, 80 * S);
    delivery_pace_free(pace);
}

static void
a_flood_begins_above_ten_and_ends_below_five(void)
{
    DeliveryPace *pace = delivery_pace_new(10, 60);

    for (unsigned i = 0; i < 10; i++)
        g_assert_false(delivery_pace_count(pace, 100 * S + i * S));
    g_assert_true(delivery_pace_count(pace, 110 * S));
    /* The first six leave the window at 700 to 705 s: five remain. */
    g_assert_true(delivery_pace_is_flood(pace, 705 * S));
    g_assert_false(delivery_pace_is_flood(pace, 706 * S));
    for (unsigned i = 0; i < 500; i++)
        (void)delivery_pace_count(pace, 2000 * S + i);
    g_assert_true(delivery_pace_is_flood(pace, 2599 * S));
    g_assert_false(delivery_pace_is_flood(pace, 2601 * S));
    delivery_pace_free(pace);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/delivery-pace/no-minute-sees-more-than-burst-and-rate",
                    no_minute_sees_more_than_burst_and_rate);
    g_test_add_func("/delivery-pace/raised-alarms-wait-for-siblings-and-updates-for-the-minute",
                    raised_alarms_wait_for_siblings_and_updates_for_the_minute);
    g_test_add_func("/delivery-pace/a-flood-begins-above-ten-and-ends-below-five",
                    a_flood_begins_above_ten_and_ends_below_five);
    return g_test_run();
}
