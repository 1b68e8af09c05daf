/* When deliveries are tried again: a day of attempts, classes of answers, Retry-After. */
#include "appliance/alerts/retry-schedule.h"

#include <glib.h>

#define S US_PER_SECOND

static MonoUs
next_after(unsigned attempts, MonoUs now_us, double random)
{
    const RetryState state = {
        .attempts = attempts,
        .first_us = 1000 * S,
        .now_us = now_us,
        .class = RETRY_FAILED,
        .retry_after_s = -1,
        .random = random,
    };
    return retry_next_us(&state);
}

static void
attempts_fall_at_the_listed_times(void)
{
    static const int64_t listed_s[] = {0, 5, 15, 30, 60, 120, 300, 600, 900, 1200};

    for (unsigned n = 1; n < G_N_ELEMENTS(listed_s); n++) {
        const MonoUs planned = (1000 + listed_s[n]) * S;
        const int64_t fifth = (listed_s[n] - listed_s[n - 1]) * S / 5;
        const MonoUs now = (1000 + listed_s[n - 1]) * S;

        g_assert_cmpint(next_after(n, now, 0.5), ==, planned);
        g_assert_cmpint(next_after(n, now, 0.0), ==, planned - fifth);
        g_assert_cmpint(next_after(n, now, 0.999999), <=, planned + fifth);
        g_assert_cmpint(next_after(n, now, 0.999999), >, planned + fifth - S);
    }
}

static void
a_slow_failure_is_not_followed_at_once(void)
{
    g_assert_cmpint(next_after(1, 1010 * S, 0.5), ==, 1011 * S);
}

static void
a_delivery_is_given_up_after_a_day(void)
{
    MonoUs now = 1000 * S;
    unsigned attempts = 1;

    for (MonoUs next = now; (next = next_after(attempts, now, 0.5)) != US_NEVER; attempts++) {
        g_assert_cmpint(next, >, now);
        now = next;
    }
    g_assert_cmpint(now, ==, (1000 + 86400) * S);
    g_assert_cmpuint(attempts, ==, 294); /* 7 in the first 300 s, then one each 300 s */
}

static void
an_answer_decides_how_long_to_wait(void)
{
    RetryState state = {.attempts = 1, .now_us = S, .retry_after_s = -1, .random = 0.5};

    static const struct {
        int status;
        int64_t wait_s;
    } answers[] = {{0, 4}, {301, 4}, {500, 4}, {503, 4}, {404, 300}, {422, 300}, {410, 3600}};

    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        state.class = retry_class(answers[i].status);
        g_assert_cmpint(retry_next_us(&state) - state.now_us, ==, answers[i].wait_s * S);
    }
    state.class = retry_class(204);
    g_assert_cmpint(retry_next_us(&state), ==, US_NEVER);
    state.class = retry_class(429);
    state.retry_after_s = 77;
    g_assert_cmpint(retry_next_us(&state) - state.now_us, ==, 77 * S);
}

static void
retry_after_is_seconds_or_a_date_and_at_most_an_hour(void)
{
    const WallUs now = INT64_C(784111777) * S; /* Sun, 06 Nov 1994 08:49:37 GMT */

    g_assert_cmpint(retry_after_parse("120", now), ==, 120);
    g_assert_cmpint(retry_after_parse("86400", now), ==, 3600);
    g_assert_cmpint(retry_after_parse("Sun, 06 Nov 1994 08:50:37 GMT", now), ==, 60);
    g_assert_cmpint(retry_after_parse("Sun, 06 Nov 1994 08:40:37 GMT", now), ==, 0);
    g_assert_cmpint(retry_after_parse("Sun, 06 Nov 2094 08:40:37 GMT", now), ==, 3600);
    g_assert_cmpint(retry_after_parse("Sun, 99 Nov 1994 08:40:37 GMT", now), ==, -1);
    g_assert_cmpint(retry_after_parse("-5", now), ==, -1);
    g_assert_cmpint(retry_after_parse("soon", now), ==, -1);
    g_assert_cmpint(retry_after_parse("", now), ==, -1);
    g_assert_cmpint(retry_after_parse(NULL, now), ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/retry-schedule/attempts-fall-at-the-listed-times",
                    attempts_fall_at_the_listed_times);
    g_test_add_func("/retry-schedule/a-slow-failure-is-not-followed-at-once",
                    a_slow_failure_is_not_followed_at_once);
    g_test_add_func("/retry-schedule/a-delivery-is-given-up-after-a-day",
                    a_delivery_is_given_up_after_a_day);
    g_test_add_func("/retry-schedule/an-answer-decides-how-long-to-wait",
                    an_answer_decides_how_long_to_wait);
    g_test_add_func("/retry-schedule/retry-after-is-seconds-or-a-date-and-at-most-an-hour",
                    retry_after_is_seconds_or_a_date_and_at_most_an_hour);
    return g_test_run();
}
