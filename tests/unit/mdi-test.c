/* DF:MLR as RFC 4445, 3, defines it, worked out by hand. */
#include <glib.h>

#include "pipelines/ts/mdi.h"

#define START_US (1000 * US_PER_SECOND)
#define SIZE     1316u
#define RATE_BPS (SIZE * 8 * 100.0) /* one datagram in 10 ms */

/* A second of datagrams 10 ms apart but @late_ms for the one with the number 50. */
static void
second(Mdi *mdi, guint number, gint64 late_ms)
{
    for (guint i = 0; i < 100; i++) {
        const MonoUs due_us = START_US + (MonoUs)(number * 100 + i) * 10 * US_PER_MS;

        mdi_push(mdi, SIZE, due_us + (i == 50 ? late_ms * US_PER_MS : 0));
    }
}

static void
an_even_flow_takes_the_room_of_one_datagram(void)
{
    Mdi mdi = {0};

    mdi_set_rate_bps(&mdi, RATE_BPS);
    second(&mdi, 0, 0);
    second(&mdi, 1, 0);
    second(&mdi, 2, 0);
    g_assert_true(mdi.figures.known);
    g_assert_true(mdi.figures.rate_nominal);
    /* before each datagram the buffer is one datagram below its begin, after it at its begin */
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_ms, 10, 1e-6);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_max_ms, 10, 1e-6);
    g_assert_cmpfloat(mdi.figures.mlr, ==, 0);
}

static void
a_late_datagram_takes_its_delay_more(void)
{
    Mdi mdi = {0};

    mdi_set_rate_bps(&mdi, RATE_BPS);
    second(&mdi, 0, 0);
    second(&mdi, 1, 8);
    mdi_tick(&mdi, START_US + 2 * US_PER_SECOND);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_ms, 18, 1e-6);
    second(&mdi, 2, 0);
    mdi_tick(&mdi, START_US + 3 * US_PER_SECOND);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_ms, 10, 1e-6);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_max_ms, 18, 1e-6);
}

static void
the_samples_of_a_short_interval_are_those_of_the_definition(void)
{
    /* 1000 bytes each at 8000 bit/s, 1 ms a byte. Begins after the one at 0 ms. Then at 600 ms:
     * -600, 400; at 700 ms: 300, 1300; at 900 ms: 1100, 2100. 2100 + 600 bytes are 2700 ms. */
    Mdi mdi = {0};

    mdi_set_rate_bps(&mdi, 8000);
    mdi_push(&mdi, 1000, START_US);
    mdi_push(&mdi, 1000, START_US + 600 * US_PER_MS);
    mdi_push(&mdi, 1000, START_US + 700 * US_PER_MS);
    mdi_push(&mdi, 1000, START_US + 900 * US_PER_MS);
    mdi_tick(&mdi, START_US + US_PER_SECOND);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_ms, 2700, 1e-6);
}

static void
without_a_rate_that_of_the_interval_before_is_taken(void)
{
    Mdi mdi = {0};

    second(&mdi, 0, 0);
    mdi_tick(&mdi, START_US + US_PER_SECOND);
    g_assert_false(mdi.figures.known);
    second(&mdi, 1, 0);
    mdi_tick(&mdi, START_US + 2 * US_PER_SECOND);
    g_assert_true(mdi.figures.known);
    g_assert_false(mdi.figures.rate_nominal);
    g_assert_cmpfloat_with_epsilon(mdi.figures.rate_bps, RATE_BPS, 1);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_ms, 10, 1e-3);
}

static void
loss_is_told_by_the_second(void)
{
    Mdi mdi = {0};

    mdi_set_rate_bps(&mdi, RATE_BPS);
    second(&mdi, 0, 0);
    mdi_set_bad(&mdi, 14);
    mdi_tick(&mdi, START_US + US_PER_SECOND);
    g_assert_cmpfloat(mdi.figures.mlr, ==, 14);
    second(&mdi, 1, 0);
    mdi_tick(&mdi, START_US + 2 * US_PER_SECOND);
    g_assert_cmpfloat(mdi.figures.mlr, ==, 0);
    g_assert_cmpfloat(mdi.figures.mlr_max, ==, 14);
}

static void
an_interval_in_which_the_clock_jumped_is_thrown_away(void)
{
    Mdi mdi = {0};

    mdi_set_rate_bps(&mdi, RATE_BPS);
    second(&mdi, 0, 0);
    mdi_clock_jumped(&mdi);
    second(&mdi, 5, 0);
    second(&mdi, 6, 0);
    mdi_tick(&mdi, START_US + 7 * US_PER_SECOND);
    g_assert_cmpfloat_with_epsilon(mdi.figures.df_max_ms, 10, 1e-6);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mdi/even", an_even_flow_takes_the_room_of_one_datagram);
    g_test_add_func("/mdi/late", a_late_datagram_takes_its_delay_more);
    g_test_add_func("/mdi/samples", the_samples_of_a_short_interval_are_those_of_the_definition);
    g_test_add_func("/mdi/rate", without_a_rate_that_of_the_interval_before_is_taken);
    g_test_add_func("/mdi/loss", loss_is_told_by_the_second);
    g_test_add_func("/mdi/clock", an_interval_in_which_the_clock_jumped_is_thrown_away);
    return g_test_run();
}
