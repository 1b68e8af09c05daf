/* Own drops set against missing RTP numbers. Time is a table of steps. */
#include <glib.h>

#include "pipelines/worker/own-share.h"

typedef struct {
    int at_s;
    uint64_t lost;
    uint64_t drops;
    uint64_t own; /* expected */
} Step;

static void
run(const Step *steps, size_t n)
{
    OwnShare share = {0};

    for (size_t i = 0; i < n; i++)
        g_assert_cmpuint(own_share_step(&share, steps[i].lost, steps[i].drops,
                                        (100 + steps[i].at_s) * US_PER_SECOND),
                         ==, steps[i].own);
}

static void
what_was_dropped_here_is_not_the_networks(void)
{
    static const Step steps[] = {{0, 5, 0, 0}, {1, 10, 5, 5}, {2, 13, 5, 5}, {3, 15, 6, 6}};

    run(steps, G_N_ELEMENTS(steps));
}

static void
a_gap_may_show_later_than_the_drop(void)
{
    static const Step steps[] = {{0, 0, 4, 0}, {1, 1, 4, 1}, {2, 6, 4, 4}};

    run(steps, G_N_ELEMENTS(steps));
}

static void
a_drop_that_is_never_missed_excuses_nothing_later(void)
{
    static const Step steps[] = {{0, 0, 4, 0}, {2, 1, 4, 1}, {10, 6, 4, 1}};

    run(steps, G_N_ELEMENTS(steps));
}

static void
a_number_that_comes_late_takes_nothing_back(void)
{
    static const Step steps[] = {{0, 4, 4, 4}, {1, 3, 4, 4}, {2, 5, 4, 4}};

    run(steps, G_N_ELEMENTS(steps));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/own-share/" #name, name)
    TEST(what_was_dropped_here_is_not_the_networks);
    TEST(a_gap_may_show_later_than_the_drop);
    TEST(a_drop_that_is_never_missed_excuses_nothing_later);
    TEST(a_number_that_comes_late_takes_nothing_back);
#undef TEST
    return g_test_run();
}
