/* Recorded worker streams fed into the supervisor's decisions, at any speed and without a network:
 * a recording is written with the worker's own codec, read back as the supervisor reads it, and
 * what comes out of the journal is compared with what was put in. */
#include <string.h>

#include "tests/replay/desk.h"

static void
a_stop_of_two_seconds_is_raised_one_second_after_the_last_packet(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, true, 100 * S + S / 4);
    record_edge(&desk, 102 * S + S / 2, FAULT_NO_PACKETS, false, 102 * S + S / 4);
    replay(&desk, 120 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);
    const Event *raised = events->pdata[0];

    g_assert_cmpstr(told, ==, "alarm-raised no-packets\nalarm-cleared no-packets\n");
    g_assert_cmpint(raised->at_us, ==, 101 * S + S / 4);
    g_assert_cmpstr(raised->channel_name, ==, "One");
    g_assert_cmpint(raised->severity, ==, SEVERITY_CRITICAL);
    desk_clear(&desk);
}

static void
a_glitch_below_the_raise_delay_leaves_no_trace(void)
{
    Desk desk;

    desk_init(&desk);
    record_edge(&desk, 100 * S, FAULT_NO_PACKETS, true, 100 * S - S / 5);
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, false, 100 * S + S / 2);
    replay(&desk, 200 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "");
    desk_clear(&desk);
}

static void
loss_of_the_box_itself_is_never_the_channels_fault(void)
{
    Desk desk;

    desk_init(&desk);
    for (int second = 0; second < 20; second++)
        record_report(&desk, (100 + second) * S, second >= 5 ? 40.0 * second : 0,
                      second >= 5 ? second : 0);
    replay(&desk, 119 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised own-loss\n");
    desk_clear(&desk);
}

static void
the_same_errors_without_own_loss_are_the_channels(void)
{
    Desk desk;

    desk_init(&desk);
    for (int second = 0; second < 20; second++)
        record_report(&desk, (100 + second) * S, second >= 5 ? 40.0 * second : 0, 0);
    replay(&desk, 119 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised continuity\nalarm-updated continuity\n");
    desk_clear(&desk);
}

static void
a_loss_is_blamed_on_whom_the_evidence_names(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_CONTINUITY, CAUSE_INPUT, "12 packets missing; damaged");
    record_report(&desk, 101 * S, 1, 0);
    replay(&desk, 102 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised continuity\n");
    g_assert_cmpint(event_at(events, 0)->cause_scope, ==, CAUSE_INPUT);
    g_assert_nonnull(strstr(event_at(events, 0)->text, "12 packets missing; damaged"));
    desk_clear(&desk);
}

static void
old_evidence_blames_nobody_for_a_new_loss(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_CONTINUITY, CAUSE_INPUT, "12 packets missing; damaged");
    record_report(&desk, 200 * S, 1, 0);
    replay(&desk, 201 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised continuity\n");
    g_assert_cmpint(event_at(events, 0)->cause_scope, ==, CAUSE_NETWORK);
    g_assert_null(strstr(event_at(events, 0)->text, "damaged"));
    desk_clear(&desk);
}

static void
a_loss_below_the_socket_is_this_boxs_own(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_CONTINUITY, CAUSE_MONITOR, "3 frames did not fit");
    record_report(&desk, 101 * S, 4, 0);
    replay(&desk, 110 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised own-loss\n");
    g_assert_cmpint(event_at(events, 0)->cause_scope, ==, CAUSE_MONITOR);
    g_assert_nonnull(strstr(event_at(events, 0)->text, "3 frames did not fit"));
    desk_clear(&desk);
}

static void
a_second_sender_is_named_in_the_alarm(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_evidence(&desk, 101 * S, FAULT_SECOND_SOURCE, CAUSE_NETWORK,
                    "10.0.0.5:1 and 10.0.0.6:1");
    record_edge(&desk, 101 * S, FAULT_SECOND_SOURCE, true, 101 * S);
    replay(&desk, 103 * S);
    g_autofree char *told = story(&desk);
    g_autoptr(GPtrArray) events = gantry_event_log_read(desk.log, 0, 10);

    g_assert_cmpstr(told, ==, "alarm-raised second-source\n");
    g_assert_nonnull(strstr(event_at(events, 0)->text, "10.0.0.5:1 and 10.0.0.6:1"));
    desk_clear(&desk);
}

static void
packets_missing_after_an_outage_are_no_second_alarm(void)
{
    Desk desk;

    desk_init(&desk);
    record_report(&desk, 100 * S, 0, 0);
    record_edge(&desk, 100 * S + S / 2, FAULT_NO_PACKETS, true, 100 * S + S / 4);
    record_edge(&desk, 104 * S, FAULT_NO_PACKETS, false, 104 * S);
    for (int second = 5; second < 30; second++)
        record_report(&desk, (100 + second) * S, 6, 0);
    replay(&desk, 130 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised no-packets\nalarm-cleared no-packets\n");
    desk_clear(&desk);
}

static void
what_waited_while_the_supervisor_stood_still_is_judged_by_its_own_time(void)
{
    InputRecord input = {0};
    Message report = {.kind = MESSAGE_REPORT, .report = {.at_us = 100 * S}};
    const Message late_edge = {.kind = MESSAGE_EDGE, .edge = {.state = {.since_us = 103 * S}}};
    const Message old_edge = {.kind = MESSAGE_EDGE, .edge = {.state = {.since_us = 90 * S}}};
    const AlarmNow now = {.us = 110 * S, .wall_us = 1110 * S};

    g_assert_cmpint(input_record_hear(&input, &report, now).us, ==, 100 * S);
    g_assert_cmpint(input_record_hear(&input, &old_edge, now).us, ==, 100 * S);
    g_assert_cmpint(input_record_hear(&input, &late_edge, now).us, ==, 103 * S);
    g_assert_cmpint(input_record_hear(&input, &late_edge, now).wall_us, ==, 1103 * S);
    report.report.at_us = 110 * S;
    g_assert_cmpint(input_record_hear(&input, &report, now).us, ==, 110 * S);
    g_assert_cmpint(input_record_hear(&input, &late_edge, now).us, ==, 110 * S);
}

static void
an_alarm_that_stands_over_a_restart_is_neither_lost_nor_doubled(void)
{
    Desk desk;

    desk_init(&desk);
    record_edge(&desk, 100 * S, FAULT_NO_PACKETS, true, 100 * S);
    replay(&desk, 110 * S);
    desk_close(&desk);
    desk_open(&desk);
    record_edge(&desk, 120 * S, FAULT_NO_PACKETS, true, 100 * S);
    replay(&desk, 130 * S);
    g_autofree char *standing = story(&desk);

    g_assert_cmpstr(standing, ==, "alarm-raised no-packets\n");
    record_edge(&desk, 131 * S, FAULT_NO_PACKETS, false, 131 * S);
    replay(&desk, 150 * S);
    g_autofree char *told = story(&desk);

    g_assert_cmpstr(told, ==, "alarm-raised no-packets\nalarm-cleared no-packets\n");
    desk_clear(&desk);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* A raised alarm is logged as a warning: here that is what shall happen. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    g_test_add_func("/replay/stop",
                    a_stop_of_two_seconds_is_raised_one_second_after_the_last_packet);
    g_test_add_func("/replay/glitch", a_glitch_below_the_raise_delay_leaves_no_trace);
    g_test_add_func("/replay/own-loss", loss_of_the_box_itself_is_never_the_channels_fault);
    g_test_add_func("/replay/blame", a_loss_is_blamed_on_whom_the_evidence_names);
    g_test_add_func("/replay/old-evidence", old_evidence_blames_nobody_for_a_new_loss);
    g_test_add_func("/replay/below-the-socket", a_loss_below_the_socket_is_this_boxs_own);
    g_test_add_func("/replay/second-sender", a_second_sender_is_named_in_the_alarm);
    g_test_add_func("/replay/channel-loss", the_same_errors_without_own_loss_are_the_channels);
    g_test_add_func("/replay/after-outage", packets_missing_after_an_outage_are_no_second_alarm);
    g_test_add_func("/replay/backlog",
                    what_waited_while_the_supervisor_stood_still_is_judged_by_its_own_time);
    g_test_add_func("/replay/restart",
                    an_alarm_that_stands_over_a_restart_is_neither_lost_nor_doubled);
    return g_test_run();
}
