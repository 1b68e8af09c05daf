/* What a channel costs: estimated at first, measured soon, split fairly, scaled to this box. */
#include <glib.h>
#include <math.h>

#include "appliance/model/depth-cost.h"

static void
learn(DepthCost *cost, Depth depth, double cores, unsigned seconds)
{
    const DepthSpeed speed = {0};
    const DepthShare share = {.cost = cost, .depth = depth};

    for (unsigned i = 0; i < seconds; i++)
        depth_cost_learn(&share, 1, &speed, cores, 1.0);
}

static void
assert_near(double value, double expected, double part)
{
    g_assert_cmpfloat_with_epsilon(value, expected, expected * part);
}

static void
an_unknown_channel_is_estimated_and_deeper_is_dearer(void)
{
    const DepthSpeed speed = {0};
    const DepthCost cost = {0};
    const DepthCost small = {.area = 720.0 * 576 / (1920 * 1080)};

    for (Depth d = DEPTH_KEY_EVERY_4_S; d <= DEPTH_FULL; d++)
        g_assert_cmpfloat(depth_cost_cores(&cost, d, &speed), >,
                          depth_cost_cores(&cost, (Depth)(d - 1), &speed));
    g_assert_cmpfloat(depth_cost_cores(&small, DEPTH_FULL, &speed), <,
                      depth_cost_cores(&cost, DEPTH_FULL, &speed) / 3);
}

static void
a_minute_of_measuring_replaces_the_estimate(void)
{
    const DepthSpeed speed = {0};
    DepthCost cost = {0};

    learn(&cost, DEPTH_KEY_EVERY_4_S, 0.05, 60);
    assert_near(depth_cost_cores(&cost, DEPTH_KEY_EVERY_4_S, &speed), 0.05, 0.12);
    learn(&cost, DEPTH_KEY_EVERY_4_S, 0.01, 240);
    assert_near(depth_cost_cores(&cost, DEPTH_KEY_EVERY_4_S, &speed), 0.01, 0.12);
}

static void
spikes_of_one_key_frame_in_four_seconds_are_evened_out(void)
{
    const DepthSpeed speed = {0};
    DepthCost cost = {0};

    for (unsigned i = 0; i < 30; i++) {
        learn(&cost, DEPTH_KEY_EVERY_4_S, 0.036, 1);
        learn(&cost, DEPTH_KEY_EVERY_4_S, 0.004, 3);
    }
    assert_near(depth_cost_cores(&cost, DEPTH_KEY_EVERY_4_S, &speed), 0.012, 0.15);
}

static void
channels_of_one_process_share_what_it_spent_by_depth(void)
{
    const DepthSpeed speed = {0};
    DepthCost costs[2] = {{0}, {0}};
    const DepthShare shares[] = {{&costs[0], DEPTH_KEY_EVERY_4_S}, {&costs[1], DEPTH_FULL}};

    for (unsigned i = 0; i < 120; i++)
        depth_cost_learn(shares, 2, &speed, 0.5, 1.0);
    const double shallow = depth_cost_cores(&costs[0], DEPTH_KEY_EVERY_4_S, &speed);
    const double deep = depth_cost_cores(&costs[1], DEPTH_FULL, &speed);

    assert_near(shallow + deep, 0.5, 0.1);
    g_assert_cmpfloat(deep, >, 10 * shallow);
}

static void
a_slow_box_is_known_by_its_first_channel(void)
{
    DepthSpeed speed = {0};
    DepthCost costs[3] = {{0}, {0}, {0}};
    const DepthCost *all[] = {&costs[0], &costs[1], &costs[2]};
    const DepthCost nothing = {0};
    const DepthSpeed none = {0};
    const double full = depth_cost_cores(&nothing, DEPTH_FULL, &none);

    learn(&costs[0], DEPTH_FULL, full * 2, 60);
    depth_speed_learn(&speed, all, G_N_ELEMENTS(all));
    assert_near(depth_cost_cores(&costs[2], DEPTH_FULL, &speed), full * 2, 0.05);
    assert_near(depth_cost_cores(&costs[2], DEPTH_EVERY_KEY, &speed),
                depth_cost_cores(&nothing, DEPTH_EVERY_KEY, &none) * 2, 0.05);
}

static void
what_cannot_be_is_not_learned(void)
{
    const DepthSpeed speed = {0};
    DepthCost cost = {0};
    const DepthShare share = {.cost = &cost, .depth = DEPTH_FULL};

    depth_cost_learn(&share, 1, &speed, -1.0, 1.0);
    depth_cost_learn(&share, 1, &speed, 1.0, 0.0);
    depth_cost_learn(&share, 1, &speed, (double)INFINITY, 1.0);
    depth_cost_learn(NULL, 0, &speed, 1.0, 1.0);
    g_assert_cmpfloat(cost.measures[DEPTH_FULL].time_s, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/depth-cost/an-unknown-channel-is-estimated-and-deeper-is-dearer",
                    an_unknown_channel_is_estimated_and_deeper_is_dearer);
    g_test_add_func("/depth-cost/a-minute-of-measuring-replaces-the-estimate",
                    a_minute_of_measuring_replaces_the_estimate);
    g_test_add_func("/depth-cost/spikes-of-one-key-frame-in-four-seconds-are-evened-out",
                    spikes_of_one_key_frame_in_four_seconds_are_evened_out);
    g_test_add_func("/depth-cost/channels-of-one-process-share-what-it-spent-by-depth",
                    channels_of_one_process_share_what_it_spent_by_depth);
    g_test_add_func("/depth-cost/a-slow-box-is-known-by-its-first-channel",
                    a_slow_box_is_known_by_its_first_channel);
    g_test_add_func("/depth-cost/what-cannot-be-is-not-learned", what_cannot_be_is_not_learned);
    return g_test_run();
}
