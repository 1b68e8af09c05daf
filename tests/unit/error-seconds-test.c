/* Error-seconds: bursts, drizzles and long spans. */
#include <glib.h>

#include "appliance/model/alarm-rules.h"

#define S(x) ((MonoUs)((x) * (double)US_PER_SECOND))

static const ErrorSecondsRule *
rule(void)
{
    return &alarm_profile_rule(alarm_profile_default(), FAULT_CONTINUITY)->seconds;
}

static void
a_burst_within_a_second_is_one_error_second(void)
{
    ErrorSeconds seconds = {0};

    error_seconds_add(&seconds, S(100.1), 1000);
    error_seconds_add(&seconds, S(100.9), 3);
    g_assert_cmpuint(error_seconds_count(&seconds, 60, S(101)), ==, 1);
    g_assert_cmpint(error_seconds_judge(&seconds, rule(), S(101)).severity, ==, SEVERITY_WARNING);
}

static void
one_error_second_warns_for_ten_seconds_and_then_tells_since_when_it_is_clean(void)
{
    ErrorSeconds seconds = {0};

    g_assert_cmpint(error_seconds_judge(&seconds, rule(), S(99)).severity, ==, SEVERITY_CLEARED);
    error_seconds_add(&seconds, S(100.5), 1);
    g_assert_cmpint(error_seconds_judge(&seconds, rule(), S(109)).severity, ==, SEVERITY_WARNING);
    error_seconds_add(&seconds, S(110.5), 0);
    const ErrorSecondsVerdict verdict = error_seconds_judge(&seconds, rule(), S(110.5));

    g_assert_cmpint(verdict.severity, ==, SEVERITY_CLEARED);
    g_assert_cmpint(verdict.since_us, ==, S(100.5));
}

static void
five_in_a_minute_are_major(void)
{
    ErrorSeconds seconds = {0};

    for (int i = 0; i < 4; i++)
        error_seconds_add(&seconds, S(100 + 12 * i), 1);
    g_assert_cmpint(error_seconds_judge(&seconds, rule(), S(137)).severity, ==, SEVERITY_WARNING);
    error_seconds_add(&seconds, S(148), 1);
    const ErrorSecondsVerdict verdict = error_seconds_judge(&seconds, rule(), S(148));

    g_assert_cmpint(verdict.severity, ==, SEVERITY_MAJOR);
    g_assert_cmpint(verdict.since_us, ==, S(100));
}

static void
twenty_in_an_hour_are_major_while_they_last(void)
{
    ErrorSeconds seconds = {0};

    for (int i = 0; i < 20; i++)
        error_seconds_add(&seconds, S(1000 + 150 * i), 1);
    g_assert_cmpint(error_seconds_judge(&seconds, rule(), S(3851)).severity, ==, SEVERITY_MAJOR);
    g_assert_cmpint(error_seconds_judge(&seconds, rule(), S(3870)).severity, ==, SEVERITY_CLEARED);
}

static void
what_is_older_than_the_span_is_forgotten(void)
{
    ErrorSeconds seconds = {0};

    for (int i = 0; i < 100; i++)
        error_seconds_add(&seconds, S(1000 + i), 1);
    g_assert_cmpuint(error_seconds_count(&seconds, 3600, S(1099)), ==, 100);
    error_seconds_add(&seconds, S(1000 + 3650), 0);
    g_assert_cmpuint(error_seconds_count(&seconds, 3600, S(4650)), ==, 49);
    error_seconds_add(&seconds, S(100000), 1);
    g_assert_cmpuint(error_seconds_count(&seconds, 3600, S(100000)), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error-seconds/burst", a_burst_within_a_second_is_one_error_second);
    g_test_add_func("/error-seconds/clean",
                    one_error_second_warns_for_ten_seconds_and_then_tells_since_when_it_is_clean);
    g_test_add_func("/error-seconds/major", five_in_a_minute_are_major);
    g_test_add_func("/error-seconds/hour", twenty_in_an_hour_are_major_while_they_last);
    g_test_add_func("/error-seconds/span", what_is_older_than_the_span_is_forgotten);
    return g_test_run();
}
