/* Incidents of the box itself and of its interfaces: told as what they are, and not channel by
 * channel. */
#include "tests/unit/incident-rig.h"

static void
workers_that_die_together_are_one_alarm_of_the_box(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 60; i++) {
        g_autofree char *input = g_strdup_printf("input/i%u", i);

        rig_observe(&rig, input, FAULT_WORKER_LOST, true);
    }
    rig_run(&rig, 20);
    g_assert_cmpstr(rig.told->str, ==, "+workers-lost box\n");
    g_assert_cmpuint(rig_n_open(&rig, FAULT_WORKER_LOST), ==, 60);
    for (unsigned i = 0; i < 60; i++) {
        g_autofree char *input = g_strdup_printf("input/i%u", i);

        rig_observe(&rig, input, FAULT_WORKER_LOST, false);
        rig_run(&rig, 0.1);
    }
    rig_run(&rig, 20);
    g_assert_cmpstr(rig.told->str, ==, "+workers-lost box\n-workers-lost box\n");
    rig_clear(&rig);
}

static void
inputs_that_lose_packets_in_this_box_are_one_overload(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 20; i++) {
        g_autofree char *input = g_strdup_printf("input/i%u", i);

        rig_observe(&rig, input, FAULT_OWN_LOSS, true);
        rig_observe_channel(&rig, i, FAULT_SYNC_LOST, true); /* what lost packets can feign */
        rig_run(&rig, 0.01);
    }
    rig_run(&rig, 20);
    g_assert_cmpstr(rig.told->str, ==, "+overload box\n");
    g_assert_cmpint(rig_find(&rig, "box", FAULT_OVERLOAD)->members, ==, 20);
    rig_clear(&rig);
}

static void
an_interface_that_is_down_speaks_for_its_channels(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, true);
    rig_run(&rig, 0.5);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==, "+interface-down nic/eth1\n");
    /* It is up again, and its channels return a little later. */
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, false);
    rig_run(&rig, 7);
    rig_set_all(&rig, 0, 60, false, 0.5);
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==, "+interface-down nic/eth1\n-interface-down nic/eth1\n");
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
an_interface_that_is_seen_down_later_joins_what_noticed_first(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 2);
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, true);
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/eth1\n");
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, false);
    rig_set_all(&rig, 0, 60, false, 0.5);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig.n_told, ==, 2);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
channels_that_an_interface_leaves_behind_are_told(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, true);
    rig_run(&rig, 0.5);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 30);
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_DOWN, false);
    rig_set_all(&rig, 1, 59, false, 0.1);
    rig_run(&rig, 60);
    g_assert_cmpstr(rig.told->str, ==,
                    "+interface-down nic/eth1\n-interface-down nic/eth1\n+no-packets channel/c0\n");
    rig_clear(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/incident-box/" #name, name)
    ADD(workers_that_die_together_are_one_alarm_of_the_box);
    ADD(inputs_that_lose_packets_in_this_box_are_one_overload);
    ADD(an_interface_that_is_down_speaks_for_its_channels);
    ADD(an_interface_that_is_seen_down_later_joins_what_noticed_first);
    ADD(channels_that_an_interface_leaves_behind_are_told);
    return g_test_run();
}
