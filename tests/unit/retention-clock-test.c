/* The wall clock deletes nothing after it has jumped, until it has stood by it for a day. */
#include <glib.h>

#include "appliance/model/retention-clock.h"

#define HOUR_US (3600 * US_PER_SECOND)
#define DAY_US  (24 * HOUR_US)
#define NOW_US  (INT64_C(20000) * DAY_US) /* in 2024 */

static void
a_steady_clock_is_trusted_at_once(void)
{
    RetentionClock clock = {0};

    g_assert_true(retention_clock_trusts(&clock, HOUR_US, NOW_US, NOW_US - DAY_US));
    g_assert_true(retention_clock_trusts(&clock, 2 * HOUR_US, NOW_US + HOUR_US, NOW_US));
}

static void
an_empty_history_has_nothing_to_lose(void)
{
    RetentionClock clock = {0};

    g_assert_true(retention_clock_trusts(&clock, HOUR_US, NOW_US, 0));
}

static void
a_jump_of_years_deletes_nothing_for_a_day(void)
{
    static const int64_t jumps[] = {14 * 365 * DAY_US, -50 * 365 * DAY_US, 2 * DAY_US};

    for (size_t i = 0; i < G_N_ELEMENTS(jumps); i++) {
        RetentionClock clock = {0};
        const WallUs wall_us = NOW_US + jumps[i];

        g_assert_true(retention_clock_trusts(&clock, HOUR_US, NOW_US, NOW_US));
        for (unsigned hour = 1; hour <= 24; hour++)
            g_assert_false(retention_clock_trusts(&clock, (1 + hour) * HOUR_US,
                                                  wall_us + hour * HOUR_US, wall_us));
        g_assert_true(
            retention_clock_trusts(&clock, 26 * HOUR_US, wall_us + 25 * HOUR_US, wall_us));
    }
}

static void
there_and_back_again_deletes_nothing(void)
{
    RetentionClock clock = {0};

    g_assert_true(retention_clock_trusts(&clock, HOUR_US, NOW_US, NOW_US));
    g_assert_false(retention_clock_trusts(&clock, 2 * HOUR_US, NOW_US + 5000 * DAY_US, NOW_US));
    g_assert_false(retention_clock_trusts(&clock, 3 * HOUR_US, NOW_US + 2 * HOUR_US, NOW_US));
}

static void
a_start_in_another_year_deletes_nothing_for_a_day(void)
{
    RetentionClock clock = {0};

    g_assert_false(retention_clock_trusts(&clock, HOUR_US, NOW_US + 400 * DAY_US, NOW_US));
    g_assert_true(retention_clock_trusts(&clock, 25 * HOUR_US, NOW_US + 401 * DAY_US, NOW_US));
}

static void
a_slow_drift_and_a_step_of_an_hour_are_no_jumps(void)
{
    RetentionClock clock = {0};
    WallUs wall_us = NOW_US;

    for (unsigned hour = 1; hour < 1000; hour++, wall_us += HOUR_US + 60 * US_PER_SECOND)
        g_assert_true(retention_clock_trusts(&clock, hour * HOUR_US, wall_us, wall_us));
    g_assert_true(retention_clock_trusts(&clock, 1001 * HOUR_US, wall_us + 2 * HOUR_US, wall_us));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/retention-clock/steady", a_steady_clock_is_trusted_at_once);
    g_test_add_func("/retention-clock/empty", an_empty_history_has_nothing_to_lose);
    g_test_add_func("/retention-clock/jump", a_jump_of_years_deletes_nothing_for_a_day);
    g_test_add_func("/retention-clock/back", there_and_back_again_deletes_nothing);
    g_test_add_func("/retention-clock/start", a_start_in_another_year_deletes_nothing_for_a_day);
    g_test_add_func("/retention-clock/drift", a_slow_drift_and_a_step_of_an_hour_are_no_jumps);
    return g_test_run();
}
