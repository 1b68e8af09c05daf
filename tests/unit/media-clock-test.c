/* Time stamps of a file, made into times of presentation. */
#include <glib.h>

#include "pipelines/probe/media-clock.h"

#define SECOND    UINT64_C(90000)
#define AT(n)     (MEDIA_CLOCK_LEAD_US + (MonoUs)(n)*US_PER_SECOND)
#define NEVER_PTS PTS90_MODULUS

static void
times_keep_the_distances_of_time_stamps(void)
{
    MediaClock clock = {0};

    g_assert_cmpint(media_clock_time(&clock, 50 * SECOND, AT(1) - MEDIA_CLOCK_LEAD_US), ==, AT(1));
    g_assert_cmpint(media_clock_time(&clock, 52 * SECOND, US_PER_SECOND), ==, AT(3));
    g_assert_cmpint(media_clock_time(&clock, 49 * SECOND, 2 * US_PER_SECOND), ==, AT(0));
}

static void
time_stamps_that_come_round_again_go_on(void)
{
    MediaClock clock = {0};

    media_clock_time(&clock, PTS90_MODULUS - SECOND, US_PER_SECOND);
    g_assert_cmpint(media_clock_time(&clock, 2 * SECOND, 4 * US_PER_SECOND), ==, AT(4));
}

static void
a_jump_ties_the_scale_anew(void)
{
    MediaClock clock = {0};

    media_clock_time(&clock, 5 * SECOND, US_PER_SECOND);
    g_assert_cmpint(media_clock_time(&clock, 5000 * SECOND, 2 * US_PER_SECOND), ==, AT(2));
    g_assert_cmpint(media_clock_time(&clock, 5001 * SECOND, 2 * US_PER_SECOND), ==, AT(3));
}

static void
without_a_time_stamp_the_arrival_counts(void)
{
    MediaClock clock = {0};

    g_assert_cmpint(media_clock_time(&clock, NEVER_PTS, 7 * US_PER_SECOND), ==, AT(7));
}

static void
a_day_of_pictures_stays_exact(void)
{
    MediaClock clock = {0};
    MonoUs at_us = 0;

    for (uint64_t second = 0; second <= 48 * 3600; second++)
        at_us = media_clock_time(&clock, second * SECOND % PTS90_MODULUS,
                                 (MonoUs)second * US_PER_SECOND);
    g_assert_cmpint(ABS(at_us - AT(48 * 3600)), <, 1000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/media-clock/times-keep-the-distances-of-time-stamps",
                    times_keep_the_distances_of_time_stamps);
    g_test_add_func("/media-clock/time-stamps-that-come-round-again-go-on",
                    time_stamps_that_come_round_again_go_on);
    g_test_add_func("/media-clock/a-jump-ties-the-scale-anew", a_jump_ties_the_scale_anew);
    g_test_add_func("/media-clock/without-a-time-stamp-the-arrival-counts",
                    without_a_time_stamp_the_arrival_counts);
    g_test_add_func("/media-clock/a-day-of-pictures-stays-exact", a_day_of_pictures_stays_exact);
    return g_test_run();
}
