/* Shares of the disk: rings of one length. */
#include <glib.h>
#include <math.h>

#include "appliance/model/recording-share.h"

#define BUDGET UINT64_C(60000000000)

static void
every_ring_is_as_long(void)
{
    const double rates[] = {1.1e6, 0.5e6, 0.25e6, 4e6};
    uint64_t sum = 0;
    double length_s = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
        const uint64_t share = recording_share(BUDGET, rates, G_N_ELEMENTS(rates), i);

        length_s = i == 0 ? (double)share / rates[0] : length_s;
        g_assert_cmpfloat_with_epsilon((double)share / rates[i], length_s, 0.01);
        sum += share;
    }
    g_assert_cmpuint(sum, <=, BUDGET);
    g_assert_cmpuint(sum, >=, BUDGET - 10);
}

static void
what_is_not_known_counts_as_the_mean(void)
{
    const double none[] = {0, NAN, 0};
    const double some[] = {1e6, NAN, 3e6, 0};

    g_assert_cmpuint(recording_share(BUDGET, none, 3, 1), ==, BUDGET / 3);
    g_assert_cmpuint(recording_share(BUDGET, some, 4, 1), ==, BUDGET / 4);
    g_assert_cmpuint(recording_share(BUDGET, some, 4, 0), ==, BUDGET / 8);
    g_assert_cmpuint(recording_share(BUDGET, some, 4, 2), ==, BUDGET * 3 / 8);
    g_assert_cmpuint(recording_share(BUDGET, some, 0, 0), ==, 0);
}

static void
small_moves_are_not_told(void)
{
    g_assert_false(recording_share_moved(100, 119));
    g_assert_false(recording_share_moved(100, 81));
    g_assert_true(recording_share_moved(100, 121));
    g_assert_true(recording_share_moved(100, 79));
    g_assert_true(recording_share_moved(0, 1));
    g_assert_false(recording_share_moved(0, 0));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/recording-share/every-ring-is-as-long", every_ring_is_as_long);
    g_test_add_func("/recording-share/unknown-is-the-mean", what_is_not_known_counts_as_the_mean);
    g_test_add_func("/recording-share/small-moves", small_moves_are_not_told);
    return g_test_run();
}
