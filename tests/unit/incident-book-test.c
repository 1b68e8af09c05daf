/* Incidents: what fails together is told once, and nothing is lost by it. */
#include "tests/unit/incident-rig.h"

static void
sixty_inputs_that_stop_are_one_parent_and_one_message(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 60);
    g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/eth1\n");
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NO_PACKETS), ==, 60);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 61);
    const Known *parent = rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT);
    const Known *first = rig_find(&rig, "channel/c0", FAULT_NO_PACKETS);

    g_assert_cmpuint(parent->members, ==, 60);
    g_assert_cmpstr(parent->text, ==,
                    "60 of 60 channels on interface eth1 receive nothing: c0, c1, c2, c3, c4 and "
                    "55 more");
    g_assert_true(first->first_out);
    g_assert_false(rig_find(&rig, "channel/c1", FAULT_NO_PACKETS)->first_out);
    g_assert_cmpstr(first->incident_id, ==, parent->incident_id);
    g_assert_cmpint(first->quiet, ==, QUIET_MEMBER);
    g_assert_cmpuint(rig_n_changes(&rig, ALARM_CHANGE_JOINED, FAULT_NO_PACKETS), ==, 60);
    rig_set_all(&rig, 0, 60, false, 0.5);
    rig_run(&rig, 60);
    g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/eth1\n-interface-silent nic/eth1\n");
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
without_incidents_the_same_are_sixty_messages(void)
{
    Rig rig;

    rig_init(&rig);
    rig.no_incidents = true;
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 60);
    g_assert_cmpuint(rig.n_told, ==, 60);
    rig_clear(&rig);
}

static void
a_failure_alone_is_told_400_ms_after_its_raise(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_observe_channel(&rig, 7, FAULT_NO_PACKETS, true);
    rig_run(&rig, 1.399);
    g_assert_cmpstr(rig.told->str, ==, "");
    rig_run(&rig, 0.001);
    g_assert_cmpstr(rig.told->str, ==, "+no-packets channel/c7\n");
    rig_run(&rig, 600);
    g_assert_cmpuint(rig.n_told, ==, 1);
    rig_clear(&rig);
}

/* Ten channels of a multiplex each, all on one interface with forty others. */
static void
add_multiplexes(Rig *rig, unsigned n)
{
    for (unsigned i = 0; i < 10 * n; i++) {
        g_autofree char *id = g_strdup_printf("c%u", 100 + i);
        g_autofree char *input = g_strdup_printf("input/mux%u", i / 10);
        const char *const names[] = {input, "", "", "nic/eth1", "group/all"};

        rig_add_channel(rig, id, names);
    }
}

static void
two_multiplexes_at_once_are_two_parents(void)
{
    Rig rig;

    rig_init(&rig);
    add_multiplexes(&rig, 6);
    rig_share(&rig);
    rig_set_all(&rig, 100, 20, true, 0.05);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig.n_told, ==, 2);
    g_assert_nonnull(strstr(rig.told->str, "+multiplex-lost input/mux0\n"));
    g_assert_nonnull(strstr(rig.told->str, "+multiplex-lost input/mux1\n"));
    g_assert_cmpuint(rig_find(&rig, "input/mux0", FAULT_MULTIPLEX_LOST)->members, ==, 10);
    rig_clear(&rig);
}

static void
a_whole_interface_beats_its_multiplexes_and_groups(void)
{
    Rig rig;

    rig_init(&rig);
    add_multiplexes(&rig, 6);
    rig_add_sixty(&rig, "nic/eth2", 0);
    rig_share(&rig);
    rig_set_all(&rig, 100, 60, true, 0.2);
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/eth1\n");
    rig_clear(&rig);
}

static void
a_group_is_blamed_where_only_a_group_fails(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 20, 10, true, 0.1); /* two of every source, all of group 2 */
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==, "+group-failing group/g0-2\n");
    rig_clear(&rig);
}

static void
four_of_sixty_are_no_incident_and_five_are(void)
{
    for (unsigned n = 4; n <= 5; n++) {
        Rig rig;

        rig_init(&rig);
        rig_add_sixty(&rig, "nic/eth1", 0);
        rig_share(&rig);
        for (unsigned i = 0; i < n; i++) /* each of another source and another group */
            rig_observe_channel(&rig, 11 * i, FAULT_NO_PACKETS, true);
        rig_run(&rig, 30);
        g_assert_cmpuint(rig.n_told, ==, n == 4 ? 4 : 1);
        rig_clear(&rig);
    }
}

static void
what_fails_more_than_three_seconds_apart_has_nothing_to_do_with_each_other(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 60 * 3.2);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig_n_changes(&rig, ALARM_CHANGE_JOINED, FAULT_NO_PACKETS), ==, 0);
    rig_clear(&rig);
}

static void
faults_of_different_families_are_different_incidents(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 60; i++)
        rig_observe_channel(&rig, i, i % 2 == 0 ? FAULT_NO_PACKETS : FAULT_SYNC_LOST, true);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig.n_told, ==, 2);
    g_assert_nonnull(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT));
    g_assert_nonnull(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_DAMAGED));
    rig_clear(&rig);
}

static void
late_ones_join_and_are_told_at_most_every_ten_seconds(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 10; i++)
        rig_observe_channel(&rig, i * 7 % 60, FAULT_NO_PACKETS, true);
    rig_run(&rig, 5);
    g_assert_cmpuint(rig.n_told, ==, 1);
    for (unsigned i = 10; i < 30; i++) {
        rig_observe_channel(&rig, i * 7 % 60, FAULT_NO_PACKETS, true);
        rig_run(&rig, 1);
    }
    rig_run(&rig, 20);
    g_assert_cmpuint(rig.n_told, ==, 1);
    g_assert_cmpuint(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT)->members, ==, 30);
    const unsigned n_updates = rig_n_changes(&rig, ALARM_CHANGE_UPDATED, FAULT_INTERFACE_SILENT);

    g_assert_cmpuint(n_updates, >=, 2);
    g_assert_cmpuint(n_updates, <=, 4); /* in 45 s */
    rig_clear(&rig);
}

static void
who_stays_when_the_parent_clears_is_told_once(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 30);
    rig_set_all(&rig, 3, 57, false, 1);
    rig_run(&rig, 14);
    g_assert_cmpuint(rig.n_told, ==, 1);
    rig_run(&rig, 5);
    g_assert_cmpuint(rig.n_told, ==, 5); /* the parent's clear, and three */
    g_assert_cmpint(rig_find(&rig, "channel/c2", FAULT_NO_PACKETS)->quiet, ==, QUIET_NONE);
    g_assert_null(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT));
    rig_run(&rig, 600);
    g_assert_cmpuint(rig.n_told, ==, 5);
    rig_set_all(&rig, 0, 3, false, 0.1);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig.n_told, ==, 8);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
a_wider_failure_takes_over_what_was_a_narrower_one_at_first(void)
{
    Rig rig;

    rig_init(&rig);
    add_multiplexes(&rig, 6);
    rig_share(&rig);
    rig_set_all(&rig, 100, 10, true, 0.02);
    rig_run(&rig, 0.5);
    rig_set_all(&rig, 110, 50, true, 1.0);
    rig_run(&rig, 30);
    const Known *parent = rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT);

    g_assert_nonnull(parent);
    g_assert_cmpuint(parent->members, ==, 60);
    g_assert_cmpint(rig_find(&rig, "input/mux0", FAULT_MULTIPLEX_LOST)->quiet, ==, QUIET_MEMBER);
    g_assert_cmpstr(rig_find(&rig, "channel/c100", FAULT_NO_PACKETS)->incident_id, ==,
                    parent->incident_id);
    /* All but the multiplex that was first return: it stands for itself again. */
    rig_set_all(&rig, 110, 50, false, 0.1);
    rig_run(&rig, 30);
    g_assert_null(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT));
    g_assert_cmpint(rig_find(&rig, "input/mux0", FAULT_MULTIPLEX_LOST)->quiet, ==, QUIET_NONE);
    g_assert_cmpint(rig_find(&rig, "channel/c100", FAULT_NO_PACKETS)->quiet, ==, QUIET_MEMBER);
    rig_set_all(&rig, 100, 10, false, 0.1);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

/* Two groups on one interface, the smaller of which fails a little later. */
static void
late_ones_of_another_group_make_one_incident_of_the_interface(void)
{
    Rig rig;

    rig_init(&rig);
    for (unsigned i = 0; i < 12; i++) {
        g_autofree char *id = g_strdup_printf("c%u", i);
        g_autofree char *input = g_strdup_printf("input/i%u", i);
        const char *const names[] = {input, i % 2 == 0 ? "source/a" : "source/b", "", "nic/lo",
                                     i < 10 ? "group/national" : "group/regional"};

        rig_add_channel(&rig, id, names);
    }
    rig_share(&rig);
    rig_set_all(&rig, 0, 10, true, 0.02);
    rig_run(&rig, 0.28);
    rig_observe_channel(&rig, 10, FAULT_NO_PACKETS, true);
    rig_run(&rig, 0.1);
    rig_observe_channel(&rig, 11, FAULT_NO_PACKETS, true);
    rig_run(&rig, 30);
    g_assert_nonnull(rig_find(&rig, "nic/lo", FAULT_INTERFACE_SILENT));
    g_assert_cmpuint(rig_find(&rig, "nic/lo", FAULT_INTERFACE_SILENT)->members, ==, 12);
    g_assert_cmpstr(rig_find(&rig, "group/national", FAULT_GROUP_FAILING)->incident_id, ==,
                    rig_find(&rig, "nic/lo", FAULT_INTERFACE_SILENT)->incident_id);
    g_assert_cmpuint(rig_n_changes(&rig, ALARM_CHANGE_RAISED, FAULT_SOURCE_LOST), ==, 0);
    g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/lo\n");
    rig_clear(&rig);
}

/* Two interfaces, and nothing in common but this box: a power cut of the head-end. */
static void
all_channels_of_several_interfaces_are_one_incident_of_the_box(void)
{
    for (unsigned n = 90; n <= 120; n += 30) {
        Rig rig;

        rig_init(&rig);
        rig_add_sixty(&rig, "nic/eth1", 0);
        rig_add_sixty(&rig, "nic/eth2", 60);
        for (guint i = 0; i < rig.sharing->len; i++) {
            Sharing *sharing = rig.sharing->pdata[i];

            if (sharing->names[SHARE_NIC] != NULL)
                sharing->names[SHARE_ALL] = g_strdup("all/channels");
        }
        rig_share(&rig);
        rig_set_all(&rig, 0, n, true, 0.1);
        rig_run(&rig, 30);
        if (n == 120)
            g_assert_cmpstr(rig.told->str, ==, "+all-silent all/channels\n");
        else
            g_assert_null(rig_find(&rig, "all/channels", FAULT_ALL_SILENT));
        rig_clear(&rig);
    }
}

/* One that has been off for a day does not make the rest less of a whole. */
static void
what_has_stood_for_long_is_not_missed_in_a_whole(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 0; i < 60; i += 6) {
        rig_observe_channel(&rig, i, FAULT_NO_PACKETS, true);
        rig_run(&rig, 3600);
    }
    g_assert_cmpuint(rig.n_told, ==, 10);
    for (unsigned i = 0; i < 60; i++) {
        if (i % 6 != 0)
            rig_observe_channel(&rig, i, FAULT_NO_PACKETS, true);
    }
    rig_run(&rig, 30);
    g_assert_cmpuint(rig.n_told, ==, 11);
    g_assert_cmpuint(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT)->members, ==, 50);
    rig_clear(&rig);
}

/* This process was held up: everything is heard at once, and told late already. */
static void
what_is_heard_late_is_one_incident_at_once(void)
{
    static const double late_s[] = {0.1, 0.2, 0.35, 5};

    for (size_t i = 0; i < G_N_ELEMENTS(late_s); i++) {
        Rig rig;

        rig_init(&rig);
        rig_add_sixty(&rig, "nic/eth1", 0);
        rig_share(&rig);
        rig_set_all(&rig, 0, 60, true, 0.05);
        rig.now_us += S(1 + late_s[i]);
        rig_step(&rig);
        rig_run(&rig, 30);
        g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/eth1\n");
        rig_clear(&rig);
    }
}

static void
a_restart_in_the_middle_neither_tells_twice_nor_forgets(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 5);
    g_assert_cmpuint(rig.n_told, ==, 1);
    rig_restart(&rig);
    rig_run(&rig, 5);
    for (unsigned i = 0; i < 60; i++)
        rig_observe_channel(&rig, i, FAULT_NO_PACKETS, true);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig_n_changes(&rig, ALARM_CHANGE_RAISED, FAULT_INTERFACE_SILENT), ==, 1);
    g_assert_cmpuint(rig.n_told, ==, 1);
    rig_set_all(&rig, 0, 60, false, 0.1);
    rig_run(&rig, 30);
    g_assert_cmpuint(rig.n_told, ==, 2);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NONE), ==, 0);
    rig_clear(&rig);
}

static void
a_restart_before_the_parent_was_formed_still_forms_one(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 1.05);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NO_PACKETS), >, 50);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_INTERFACE_SILENT), ==, 0);
    rig_restart(&rig);
    rig_step(&rig);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_INTERFACE_SILENT), ==, 1);
    rig_run(&rig, 10);
    g_assert_cmpstr(rig.told->str, ==, "+interface-silent nic/eth1\n");
    rig_clear(&rig);
}

static void
a_playout_that_goes_black_is_one_incident_of_its_group(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    for (unsigned i = 10; i < 20; i++) {
        rig_observe_channel(&rig, i, FAULT_PICTURE_BLACK, true);
        rig_run(&rig, 0.02);
    }
    rig_run(&rig, 60);
    const Known *parent = rig_find(&rig, "group/g0-1", FAULT_CONTENT_FAILING);

    g_assert_cmpstr(rig.told->str, ==, "+content-failing group/g0-1\n");
    g_assert_true(g_str_has_prefix(
        parent->text, "10 of 10 channels of group g0-1 have lost picture or sound: c10, c11"));
    rig_clear(&rig);
}

/* More parents than are kept: who is left over is told by itself, and it is counted. */
static void
what_is_one_incident_too_many_is_told_and_counted(void)
{
    Rig rig;

    rig_init(&rig);
    for (unsigned i = 0; i < 2 * (INCIDENT_MAX + 3); i++) {
        g_autofree char *id = g_strdup_printf("c%u", i);
        g_autofree char *input = g_strdup_printf("input/mux%u", i / 2);
        const char *const names[] = {input, "", "", "", ""};

        rig_add_channel(&rig, id, names);
    }
    rig_share(&rig);
    rig_set_all(&rig, 0, 2 * (INCIDENT_MAX + 3), true, 0.05);
    rig_run(&rig, 2);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_MULTIPLEX_LOST), ==, INCIDENT_MAX);
    g_assert_cmpuint(incident_book_counts(rig.incidents).not_formed, >, 0);
    g_assert_cmpuint(rig_n_open(&rig, FAULT_NO_PACKETS), ==, 2 * (INCIDENT_MAX + 3));
    g_assert_cmpuint(rig.n_told, ==, INCIDENT_MAX + 2 * 3 + 1); /* and the flood */
    rig_clear(&rig);
}

static void
an_encoder_that_dies_is_one_alarm_of_its_channel(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_observe_channel(&rig, 5, FAULT_AUDIO_MISSING, true);
    rig_run(&rig, 0.1);
    rig_observe_channel(&rig, 5, FAULT_VIDEO_MISSING, true);
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==, "+video-missing channel/c5\n");
    g_assert_true(rig_find(&rig, "channel/c5", FAULT_AUDIO_MISSING)->first_out);
    /* The picture returns, the sound does not: that is told. */
    rig_observe_channel(&rig, 5, FAULT_VIDEO_MISSING, false);
    rig_run(&rig, 30);
    g_assert_cmpstr(rig.told->str, ==,
                    "+video-missing channel/c5\n-video-missing channel/c5\n"
                    "+audio-missing channel/c5\n");
    rig_clear(&rig);
}

static void
what_leaves_the_inventory_takes_its_parent_along(void)
{
    Rig rig;

    rig_init(&rig);
    rig_add_sixty(&rig, "nic/eth1", 0);
    rig_share(&rig);
    rig_set_all(&rig, 0, 60, true, 0.1);
    rig_run(&rig, 30);
    g_ptr_array_set_size(rig.sharing, 0);
    rig_share(&rig);
    rig_observe(&rig, "nic/eth1", FAULT_INTERFACE_SILENT, false); /* as alarm_book_retain() does */
    rig_run(&rig, 1);
    g_assert_null(rig_find(&rig, "nic/eth1", FAULT_INTERFACE_SILENT));
    g_assert_cmpint(rig_find(&rig, "channel/c9", FAULT_NO_PACKETS)->quiet, ==, QUIET_NONE);
    rig_clear(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/incident-book/" #name, name)
    ADD(sixty_inputs_that_stop_are_one_parent_and_one_message);
    ADD(without_incidents_the_same_are_sixty_messages);
    ADD(a_failure_alone_is_told_400_ms_after_its_raise);
    ADD(two_multiplexes_at_once_are_two_parents);
    ADD(a_whole_interface_beats_its_multiplexes_and_groups);
    ADD(a_group_is_blamed_where_only_a_group_fails);
    ADD(four_of_sixty_are_no_incident_and_five_are);
    ADD(what_fails_more_than_three_seconds_apart_has_nothing_to_do_with_each_other);
    ADD(faults_of_different_families_are_different_incidents);
    ADD(late_ones_join_and_are_told_at_most_every_ten_seconds);
    ADD(who_stays_when_the_parent_clears_is_told_once);
    ADD(a_wider_failure_takes_over_what_was_a_narrower_one_at_first);
    ADD(late_ones_of_another_group_make_one_incident_of_the_interface);
    ADD(all_channels_of_several_interfaces_are_one_incident_of_the_box);
    ADD(what_has_stood_for_long_is_not_missed_in_a_whole);
    ADD(what_is_heard_late_is_one_incident_at_once);
    ADD(a_restart_in_the_middle_neither_tells_twice_nor_forgets);
    ADD(a_restart_before_the_parent_was_formed_still_forms_one);
    ADD(a_playout_that_goes_black_is_one_incident_of_its_group);
    ADD(what_is_one_incident_too_many_is_told_and_counted);
    ADD(an_encoder_that_dies_is_one_alarm_of_its_channel);
    ADD(what_leaves_the_inventory_takes_its_parent_along);
    return g_test_run();
}
