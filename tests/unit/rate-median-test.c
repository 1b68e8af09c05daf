/* A bit rate against its median: nothing before it is learned, a fall sooner than a shift. */
#include <glib.h>
#include <math.h>

#include "appliance/model/rate-median.h"

#define S US_PER_SECOND

/* Feeds @bps for @seconds from *@at_us on; returns the last verdict. */
static RateVerdict
feed(RateMedian *rate, double bps, unsigned seconds, MonoUs *at_us)
{
    const Limits limits = limits_shipped();
    RateVerdict verdict = {SEVERITY_CLEARED, 0, 0};

    for (unsigned i = 0; i < seconds; i++, *at_us += S)
        verdict = rate_median_add(rate, bps, &limits, *at_us);
    return verdict;
}

static void
nothing_is_judged_before_half_an_hour(void)
{
    RateMedian rate = {0};
    MonoUs at_us = S;

    feed(&rate, 8e6, 1700, &at_us);
    g_assert_cmpint(feed(&rate, 1e6, 60, &at_us).severity, ==, SEVERITY_CLEARED);
    g_assert_cmpfloat(rate.median_bps, ==, 0);
}

static void
a_shift_warns_after_ten_seconds_and_a_fall_is_worse_after_five(void)
{
    static const struct {
        double bps;
        unsigned seconds;
        Severity expect;
    } steps[] = {
        {8e6, 10, SEVERITY_CLEARED}, {5.5e6, 10, SEVERITY_CLEARED},  {5.5e6, 1, SEVERITY_WARNING},
        {8e6, 1, SEVERITY_CLEARED},  {10.5e6, 11, SEVERITY_WARNING}, {8e6, 1, SEVERITY_CLEARED},
        {2e6, 5, SEVERITY_CLEARED},  {2e6, 1, SEVERITY_MAJOR},       {3e6, 5, SEVERITY_WARNING},
        {8e6, 1, SEVERITY_CLEARED},  {5.7e6, 60, SEVERITY_CLEARED},
    };
    RateMedian rate = {0};
    MonoUs at_us = S;

    feed(&rate, 8e6, 1800, &at_us);
    g_assert_cmpfloat(rate.median_bps, ==, 8e6);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_test_message("step %zu", i);
        g_assert_cmpint(feed(&rate, steps[i].bps, steps[i].seconds, &at_us).severity, ==,
                        steps[i].expect);
    }
}

static void
it_is_off_since_it_left_not_since_it_was_told(void)
{
    RateMedian rate = {0};
    MonoUs at_us = S;

    feed(&rate, 8e6, 1800, &at_us);
    const MonoUs left_us = at_us;

    g_assert_cmpint(feed(&rate, 5e6, 30, &at_us).since_us, ==, left_us);
    const MonoUs back_us = at_us;

    g_assert_cmpint(feed(&rate, 8e6, 5, &at_us).since_us, ==, back_us);
}

static void
after_an_intended_change_the_new_rate_is_usual_within_half_a_day(void)
{
    RateMedian rate = {0};
    MonoUs at_us = S;

    feed(&rate, 8e6, 24 * 3600, &at_us);
    g_assert_cmpint(feed(&rate, 4e6, 11 * 3600, &at_us).severity, ==, SEVERITY_WARNING);
    g_assert_cmpint(feed(&rate, 4e6, 2 * 3600, &at_us).severity, ==, SEVERITY_CLEARED);
}

static void
what_was_learned_survives_a_restart(void)
{
    RateMedian before = {0}, after = {0};
    MonoUs at_us = S;
    const float bad[] = {(float)NAN, -1};

    feed(&before, 8e6, 3600, &at_us);
    rate_median_restore(&after, before.means, before.n);
    rate_median_restore(&after, bad, 2);
    g_assert_cmpfloat(after.median_bps, ==, 8e6);
    g_assert_cmpuint(after.n, ==, before.n);
    g_assert_cmpfloat(rate_median_spread(&after), <, 0.001);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rate-median/unlearned", nothing_is_judged_before_half_an_hour);
    g_test_add_func("/rate-median/steps",
                    a_shift_warns_after_ten_seconds_and_a_fall_is_worse_after_five);
    g_test_add_func("/rate-median/since", it_is_off_since_it_left_not_since_it_was_told);
    g_test_add_func("/rate-median/change",
                    after_an_intended_change_the_new_rate_is_usual_within_half_a_day);
    g_test_add_func("/rate-median/restart", what_was_learned_survives_a_restart);
    return g_test_run();
}
