/* Which key frames are decoded at each depth. */
#include <glib.h>

#include "pipelines/elements/key-choice.h"

#define GROUP_US (2 * US_PER_SECOND)

/* How many of @n groups of two seconds, one key and one other unit each, are chosen. */
static unsigned
chosen_of(Sampling sampling, bool suspicious, unsigned n)
{
    KeyChoice choice = {0};
    unsigned chosen = 0;

    for (unsigned i = 0; i < n; i++) {
        const MonoUs at_us = US_PER_SECOND + i * GROUP_US;

        chosen += key_choice_step(&choice, sampling, true, suspicious, at_us);
        chosen += key_choice_step(&choice, sampling, false, suspicious, at_us + 40000);
    }
    return chosen;
}

static void
test_one_key_in_four_seconds_is_enough_while_all_is_well(void)
{
    g_assert_cmpuint(chosen_of(SAMPLING_KEY_INTERVAL, false, 10), ==, 5);
}

static void
test_every_key_counts_while_suspicious(void)
{
    g_assert_cmpuint(chosen_of(SAMPLING_KEY_INTERVAL, true, 10), ==, 10);
}

static void
test_depths_none_every_key_and_all(void)
{
    g_assert_cmpuint(chosen_of(SAMPLING_NONE, true, 10), ==, 0);
    g_assert_cmpuint(chosen_of(SAMPLING_EVERY_KEY, false, 10), ==, 10);
    g_assert_cmpuint(chosen_of(SAMPLING_ALL, false, 10), ==, 20);
}

static void
test_full_decoding_waits_for_a_key(void)
{
    KeyChoice choice = {0};

    g_assert_false(key_choice_step(&choice, SAMPLING_ALL, false, false, US_PER_SECOND));
    g_assert_true(key_choice_step(&choice, SAMPLING_ALL, true, false, 2 * US_PER_SECOND));
    g_assert_true(key_choice_step(&choice, SAMPLING_ALL, false, false, 3 * US_PER_SECOND));
}

static void
test_jitter_of_arrival_does_not_skip_a_group(void)
{
    KeyChoice choice = {0};

    g_assert_true(key_choice_step(&choice, SAMPLING_KEY_INTERVAL, true, false, US_PER_SECOND));
    g_assert_true(
        key_choice_step(&choice, SAMPLING_KEY_INTERVAL, true, false, 5 * US_PER_SECOND - 60000));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/key-choice/one-key-in-four-seconds-is-enough-while-all-is-well",
                    test_one_key_in_four_seconds_is_enough_while_all_is_well);
    g_test_add_func("/key-choice/every-key-counts-while-suspicious",
                    test_every_key_counts_while_suspicious);
    g_test_add_func("/key-choice/depths-none-every-key-and-all",
                    test_depths_none_every_key_and_all);
    g_test_add_func("/key-choice/full-decoding-waits-for-a-key",
                    test_full_decoding_waits_for_a_key);
    g_test_add_func("/key-choice/jitter-of-arrival-does-not-skip-a-group",
                    test_jitter_of_arrival_does_not_skip_a_group);
    return g_test_run();
}
