/* Intervals land in their bins; long ones warn, and three very long ones are an error. */
#include <glib.h>

#include "pipelines/ts/arrival-histogram.h"

#define START_US (1000 * US_PER_SECOND)

static ArrivalFigures
figures_at(const ArrivalHistogram *histogram, MonoUs now_us)
{
    ArrivalFigures figures;

    arrival_histogram_figures(histogram, now_us, &figures);
    return figures;
}

static void
intervals_land_in_their_bins(void)
{
    static const struct {
        int64_t interval_us;
        guint bin;
    } steps[] = {{0, 0},     {99, 0},    {100, 1},    {1999, 4},    {2000, 5},    {24999, 8},
                 {25000, 9}, {49999, 9}, {50000, 10}, {499999, 12}, {500000, 13}, {9999999, 13}};
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        ArrivalHistogram histogram = {0};

        arrival_histogram_push(&histogram, START_US);
        arrival_histogram_push(&histogram, START_US + steps[i].interval_us);
        const ArrivalFigures figures = figures_at(&histogram, START_US);

        g_assert_cmpuint(figures.intervals, ==, 1);
        g_assert_cmpuint(figures.bins[steps[i].bin], ==, 1);
        g_assert_cmpint(figures.max_us, ==, steps[i].interval_us);
        g_assert_cmpint(arrival_bin_bound_us(steps[i].bin), >, steps[i].interval_us);
    }
}

static void
the_largest_of_each_full_second_is_told(void)
{
    ArrivalHistogram histogram = {0};
    MonoUs now_us = START_US;

    for (guint i = 0; i < 150; i++)
        arrival_histogram_push(&histogram, now_us += (i == 50 ? 17 : 10) * US_PER_MS);
    g_assert_cmpint(figures_at(&histogram, now_us).second_max_us, ==, 17 * US_PER_MS);
    arrival_histogram_tick(&histogram, START_US + 2 * US_PER_SECOND);
    g_assert_cmpint(figures_at(&histogram, now_us).second_max_us, ==, 10 * US_PER_MS);
    g_assert_cmpint(figures_at(&histogram, now_us).max_us, ==, 17 * US_PER_MS);
}

static void
the_99th_of_a_hundred_is_estimated_within_its_bin(void)
{
    ArrivalHistogram histogram = {0};
    MonoUs now_us = START_US;

    arrival_histogram_push(&histogram, now_us);
    for (guint i = 0; i < 1000; i++)
        arrival_histogram_push(&histogram, now_us += i % 50 == 0 ? 15 * US_PER_MS : 1500);
    const double p99_us = figures_at(&histogram, now_us).p99_us;

    g_assert_cmpfloat(p99_us, >=, 10 * US_PER_MS);
    g_assert_cmpfloat(p99_us, <=, 15 * US_PER_MS);
}

static void
long_intervals_warn_and_three_very_long_ones_are_an_error(void)
{
    static const struct {
        int64_t interval_us;
        ArrivalState state;
    } steps[] = {
        {20 * US_PER_MS, ARRIVAL_GOOD},    {25 * US_PER_MS, ARRIVAL_GOOD},
        {25001, ARRIVAL_WARNING},          {51 * US_PER_MS, ARRIVAL_WARNING},
        {51 * US_PER_MS, ARRIVAL_WARNING}, {51 * US_PER_MS, ARRIVAL_ERROR},
        {20 * US_PER_MS, ARRIVAL_ERROR},
    };
    ArrivalHistogram histogram = {0};
    MonoUs now_us = START_US;

    g_assert_cmpint(figures_at(&histogram, now_us).state, ==, ARRIVAL_UNKNOWN);
    arrival_histogram_push(&histogram, now_us);
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        arrival_histogram_push(&histogram, now_us += steps[i].interval_us);
        g_assert_cmpint(figures_at(&histogram, now_us).state, ==, steps[i].state);
    }
    g_assert_cmpuint(figures_at(&histogram, now_us).above_warn, ==, 4);
    g_assert_cmpuint(figures_at(&histogram, now_us).above_error, ==, 3);
    g_assert_cmpint(figures_at(&histogram, now_us + ARRIVAL_ERROR_SPAN_US).state, ==, ARRIVAL_GOOD);
    g_assert_cmpint(figures_at(&histogram, now_us + ARRIVAL_ERROR_SPAN_US / 2).state, ==,
                    ARRIVAL_ERROR);
}

static void
the_second_of_a_clock_jump_tells_no_maximum(void)
{
    ArrivalHistogram histogram = {0};

    arrival_histogram_push(&histogram, START_US);
    arrival_histogram_push(&histogram, START_US + 5 * US_PER_MS);
    arrival_histogram_clock_jumped(&histogram);
    arrival_histogram_push(&histogram, START_US + 805 * US_PER_MS);
    arrival_histogram_push(&histogram, START_US + 815 * US_PER_MS);
    arrival_histogram_tick(&histogram, START_US + US_PER_SECOND);
    const ArrivalFigures figures = figures_at(&histogram, START_US + US_PER_SECOND);

    g_assert_cmpuint(figures.intervals, ==, 2);
    g_assert_cmpint(figures.max_us, ==, 10 * US_PER_MS);
    g_assert_cmpint(figures.second_max_us, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/arrival/bins", intervals_land_in_their_bins);
    g_test_add_func("/arrival/second", the_largest_of_each_full_second_is_told);
    g_test_add_func("/arrival/p99", the_99th_of_a_hundred_is_estimated_within_its_bin);
    g_test_add_func("/arrival/state", long_intervals_warn_and_three_very_long_ones_are_an_error);
    g_test_add_func("/arrival/clock", the_second_of_a_clock_jump_tells_no_maximum);
    return g_test_run();
}
