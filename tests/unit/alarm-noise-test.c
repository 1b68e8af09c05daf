/* Chatter and floods, by the figures of ISA-18.2. */
#include "tests/unit/incident-rig.h"

static void
run(Rig *rig, double seconds)
{
    rig_run_to(rig, rig->now_us + S(seconds));
}

/* Channels @first to @first + @n - 1 stop and return, @off_s and @on_s long, for @minutes. */
static void
flap(Rig *rig, unsigned n, double off_s, double on_s, double minutes)
{
    const MonoUs end_us = rig->now_us + S(60 * minutes);

    while (rig->now_us < end_us) {
        for (unsigned i = 0; i < n; i++)
            rig_observe_channel(rig, i, FAULT_NO_PACKETS, true);
        run(rig, off_s);
        for (unsigned i = 0; i < n; i++)
            rig_observe_channel(rig, i, FAULT_NO_PACKETS, false);
        run(rig, on_s);
    }
}

static void
sixty_channels_that_flap_for_ten_minutes_are_at_most_ten_messages(void)
{
    static const struct {
        double off_s, on_s;
    } cases[] = {{2, 2}, {2, 6}, {4, 8}, {10, 10}, {2, 20}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Rig rig;

        rig_init(&rig);
        rig_add_sixty(&rig, "nic/eth1", 0);
        rig_share(&rig);
        flap(&rig, 60, cases[i].off_s, cases[i].on_s, 10);
        g_test_message("%g s off, %g s on: %u messages", cases[i].off_s, cases[i].on_s, rig.n_told);
        g_assert_cmpuint(rig.n_told, <=, 10);
        g_assert_null(strstr(rig.told->str, "channel/"));
        run(&rig, 400);
        g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
        rig_clear(&rig);
    }
}

static void
a_channel_that_flaps_every_4_s_is_one_alarm(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    flap(&rig, 1, 2, 2, 10);
    run(&rig, 10);
    g_assert_cmpstr(rig.told->str, ==, "+no-packets channel/c0\n-no-packets channel/c0\n");
    rig_clear(&rig);
}

static void
what_comes_and_goes_is_folded_into_one_alarm_until_five_minutes_are_calm(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    flap(&rig, 1, 4, 8, 10);
    /* Twice raised and cleared, then it is clear that it chatters. */
    g_assert_cmpstr(rig.told->str, ==,
                    "+no-packets channel/c0\n-no-packets channel/c0\n"
                    "+no-packets channel/c0\n-no-packets channel/c0\n"
                    "+unstable channel/c0\n");
    const Known *unstable = rig_find(&rig, "channel/c0", FAULT_UNSTABLE);

    g_assert_cmpstr(unstable->text, ==,
                    "Comes and goes, 3 times within a minute: No packets arrive");
    run(&rig, 290);
    g_assert_nonnull(rig_find(&rig, "channel/c0", FAULT_UNSTABLE));
    run(&rig, 20);
    g_assert_true(g_str_has_suffix(rig.told->str, "-unstable channel/c0\n"));
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
a_fault_that_stays_after_all_is_an_alarm_of_its_own_again(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    flap(&rig, 1, 4, 8, 1);
    rig_observe_channel(&rig, 0, FAULT_NO_PACKETS, true);
    run(&rig, 5);
    const unsigned before = rig.n_told;

    g_assert_cmpint(rig_find(&rig, "channel/c0", FAULT_NO_PACKETS)->quiet, ==, QUIET_UNSTABLE);
    run(&rig, 400);
    g_assert_true(
        g_str_has_suffix(rig.told->str, "-unstable channel/c0\n+no-packets channel/c0\n"));
    g_assert_cmpuint(rig.n_told, ==, before + 2);
    rig_clear(&rig);
}

static void
another_fault_of_an_unstable_channel_is_told(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    flap(&rig, 1, 4, 8, 1);
    g_assert_nonnull(rig_find(&rig, "channel/c0", FAULT_UNSTABLE));
    rig_observe_channel(&rig, 0, FAULT_PICTURE_BLACK, true);
    run(&rig, 6);
    g_assert_true(g_str_has_suffix(rig.told->str, "+picture-black channel/c0\n"));
    rig_clear(&rig);
}

static void
what_is_unstable_is_so_after_a_restart(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    flap(&rig, 1, 4, 8, 1);
    const unsigned before = rig.n_told;

    rig_restart(&rig);
    rig_observe_channel(&rig, 0, FAULT_NO_PACKETS, false);
    run(&rig, 20);
    flap(&rig, 1, 4, 8, 2);
    g_assert_cmpuint(rig.n_told, ==, before);
    run(&rig, 310);
    g_assert_true(g_str_has_suffix(rig.told->str, "-unstable channel/c0\n"));
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
eleven_alarms_in_ten_minutes_are_a_flood(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 10; i++) {
        rig_observe_channel(&rig, i, FAULT_NO_PACKETS, true);
        run(&rig, 50);
    }
    g_assert_null(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    g_assert_false(incident_book_counts(rig.incidents).flood);
    rig_observe_channel(&rig, 10, FAULT_NO_PACKETS, true);
    run(&rig, 2);
    g_assert_nonnull(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    g_assert_true(incident_book_counts(rig.incidents).flood);
    /* The seventh came 298 s ago; when it is 10 minutes old, four are younger. */
    run(&rig, 390);
    g_assert_nonnull(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    run(&rig, 60);
    g_assert_null(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    g_assert_false(incident_book_counts(rig.incidents).flood);
    rig_clear(&rig);
}

static void
members_of_an_incident_are_no_flood(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 60; i++)
        rig_observe_channel(&rig, i, FAULT_NO_PACKETS, true);
    run(&rig, 60);
    g_assert_null(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    rig_clear(&rig);
}

static void
a_flood_outlasts_a_restart(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 12; i++) {
        rig_observe_channel(&rig, i, FAULT_NO_PACKETS, true);
        run(&rig, 20);
    }
    g_assert_nonnull(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    rig_restart(&rig);
    run(&rig, 100);
    g_assert_true(incident_book_counts(rig.incidents).flood);
    run(&rig, 600);
    g_assert_null(rig_find(&rig, "box", FAULT_ALARM_FLOOD));
    rig_clear(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/alarm-noise/" #name, name)
    ADD(sixty_channels_that_flap_for_ten_minutes_are_at_most_ten_messages);
    ADD(a_channel_that_flaps_every_4_s_is_one_alarm);
    ADD(what_comes_and_goes_is_folded_into_one_alarm_until_five_minutes_are_calm);
    ADD(a_fault_that_stays_after_all_is_an_alarm_of_its_own_again);
    ADD(another_fault_of_an_unstable_channel_is_told);
    ADD(what_is_unstable_is_so_after_a_restart);
    ADD(eleven_alarms_in_ten_minutes_are_a_flood);
    ADD(members_of_an_incident_are_no_flood);
    ADD(a_flood_outlasts_a_restart);
    return g_test_run();
}
