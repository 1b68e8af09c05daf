/* Conditions believed after being seen for long enough. */
#include <glib.h>

#include "pipelines/measure/condition-timer.h"

#define S(n) ((MonoUs)(n)*US_PER_SECOND)

static const ConditionRule rule = {.hold_us = S(2), .clear_us = S(1), .gap_us = S(5)};

static void
it_holds_since_it_was_first_seen(void)
{
    ConditionTimer timer = {0};

    g_assert_false(condition_timer_sample(&timer, &rule, true, S(10)));
    g_assert_cmpint(condition_timer_deadline(&timer, &rule), ==, S(12));
    g_assert_false(condition_timer_sample(&timer, &rule, true, S(11)));
    g_assert_true(condition_timer_sample(&timer, &rule, true, S(12)));
    g_assert_true(timer.condition.active);
    g_assert_cmpint(timer.condition.since_us, ==, S(10));
    g_assert_cmpint(condition_timer_deadline(&timer, &rule), ==, US_NEVER);
}

static void
a_flicker_begins_the_wait_anew(void)
{
    ConditionTimer timer = {0};

    condition_timer_sample(&timer, &rule, true, S(10));
    condition_timer_sample(&timer, &rule, false, S(11));
    condition_timer_sample(&timer, &rule, true, S(11));
    g_assert_false(condition_timer_sample(&timer, &rule, true, S(12)));
    g_assert_true(condition_timer_sample(&timer, &rule, true, S(13)));
    g_assert_cmpint(timer.condition.since_us, ==, S(11));
}

static void
it_ends_when_it_was_gone_long_enough(void)
{
    ConditionTimer timer = {0};

    for (int at = 0; at <= 4; at++)
        condition_timer_sample(&timer, &rule, true, S(at));
    g_assert_false(condition_timer_sample(&timer, &rule, false, S(5)));
    g_assert_true(timer.condition.active);
    g_assert_true(condition_timer_sample(&timer, &rule, false, S(6)));
    g_assert_false(timer.condition.active);
    g_assert_cmpint(timer.condition.since_us, ==, S(5));
}

static void
what_was_not_sampled_is_not_claimed(void)
{
    ConditionTimer timer = {0};

    condition_timer_sample(&timer, &rule, true, S(0));
    g_assert_false(condition_timer_sample(&timer, &rule, true, S(6)));
    g_assert_false(timer.condition.known);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/condition-timer/holds", it_holds_since_it_was_first_seen);
    g_test_add_func("/condition-timer/flicker", a_flicker_begins_the_wait_anew);
    g_test_add_func("/condition-timer/ends", it_ends_when_it_was_gone_long_enough);
    g_test_add_func("/condition-timer/gap", what_was_not_sampled_is_not_claimed);
    return g_test_run();
}
