/* Verdicts on losses. Time is a table of steps, one a second. */
#include <glib.h>
#include <string.h>

#include "pipelines/worker/loss-evidence.h"

typedef struct {
    LossEvidence evidence;
    LossSample sample;
    LossCount count;
} Rig;

/* A second passes. Returns: whether there is a verdict that is new or changed */
static bool
step(Rig *rig)
{
    rig->sample.at_us += US_PER_SECOND;
    return loss_evidence_step(&rig->evidence, &rig->sample, &rig->count);
}

static Rig
rig_new(bool rtp)
{
    Rig rig = {.sample = {.at_us = 100 * US_PER_SECOND, .rtp = rtp, .packets_per_datagram = 7}};

    for (unsigned i = 0; i < 4; i++)
        g_assert_false(step(&rig));
    return rig;
}

static void
lose(Rig *rig, unsigned packets)
{
    rig->count.errors++;
    rig->count.missing += packets;
    rig->sample.input_missing += packets;
}

static void
expect(const Rig *rig, CauseScope cause, const char *text)
{
    g_assert_cmpstr(rig->evidence.verdict.text, ==, text);
    g_assert_cmpint(rig->evidence.verdict.cause, ==, cause);
}

static void
a_complete_rtp_sequence_puts_the_loss_before_the_sender(void)
{
    Rig rig = rig_new(true);

    lose(&rig, 12);
    g_assert_true(step(&rig));
    expect(&rig, CAUSE_INPUT,
           "12 packets missing; RTP sequence complete: damaged before it was sent; this box "
           "dropped nothing");
}

static void
missing_rtp_numbers_are_the_networks(void)
{
    Rig rig = rig_new(true);

    lose(&rig, 14);
    rig.sample.rtp_lost += 2;
    g_assert_true(step(&rig));
    expect(&rig, CAUSE_NETWORK,
           "14 packets missing; 2 RTP datagrams lost on the way; this box dropped nothing");
}

static void
legs_and_fec_are_named_where_there_are_any(void)
{
    Rig rig = rig_new(true);

    rig.sample.two_legs = true;
    rig.sample.fec = true;
    lose(&rig, 7);
    rig.sample.rtp_lost += 1;
    rig.sample.leg_lost[0] += 3;
    rig.sample.leg_lost[1] += 1;
    g_assert_true(step(&rig));
    expect(&rig, CAUSE_NETWORK,
           "7 packets missing; 1 RTP datagram lost on the way (leg 1 lost 3, leg 2 lost 1), more "
           "than FEC could repair; this box dropped nothing");
}

static void
without_numbers_whole_datagrams_are_a_hint(void)
{
    Rig rig = rig_new(false);

    lose(&rig, 14);
    g_assert_true(step(&rig));
    expect(&rig, CAUSE_NETWORK,
           "14 packets missing; as many as 2 whole datagrams: lost on the way, though no sequence "
           "numbers prove it; this box dropped nothing");

    Rig odd = rig_new(false);

    lose(&odd, 5);
    g_assert_true(step(&odd));
    expect(&odd, CAUSE_NETWORK,
           "5 packets missing; the stream has no sequence numbers that say where; this box dropped "
           "nothing");
}

static void
an_overflow_of_the_socket_is_the_monitors(void)
{
    Rig rig = rig_new(true);

    rig.count.own_missing += 35;
    rig.sample.own_drops += 5;
    rig.sample.late_us = 312 * US_PER_MS;
    rig.sample.all_ticks += 100;
    rig.sample.steal_ticks += 30;
    g_assert_true(step(&rig));
    expect(
        &rig, CAUSE_MONITOR,
        "35 packets missing; lost by this box; 5 datagrams did not fit its socket buffer; it was "
        "late by 312 ms; 30 % of its CPU time was taken by the hypervisor");
    g_assert_cmpuint(rig.evidence.of_monitor.errors, ==, 0);
}

static void
what_was_held_for_repair_is_judged_by_the_time_of_the_drop(void)
{
    Rig rig = rig_new(true);

    rig.sample.own_drops += 5;
    rig.sample.late_us = 312 * US_PER_MS;
    g_assert_false(step(&rig));
    rig.sample.late_us = 0;
    rig.count.own_missing += 35;
    g_assert_true(step(&rig));
    expect(
        &rig, CAUSE_MONITOR,
        "35 packets missing; lost by this box; 5 datagrams did not fit its socket buffer; it was "
        "late by 312 ms");
}

static void
drops_below_the_socket_are_the_monitors_and_taken_off(void)
{
    Rig rig = rig_new(true);

    rig.sample.nic_missed += 3;
    rig.sample.softnet_drops += 2;
    g_assert_false(step(&rig));
    lose(&rig, 21);
    rig.sample.rtp_lost += 3;
    g_assert_true(step(&rig));
    expect(&rig, CAUSE_MONITOR,
           "21 packets missing; lost by this box; 3 frames did not fit the interface's ring; 2 "
           "packets dropped by its kernel (softnet)");
    g_assert_cmpuint(rig.evidence.of_monitor.errors, ==, 1);
    g_assert_cmpuint(rig.evidence.of_monitor.missing, ==, 21);
}

static void
drops_that_are_told_late_turn_the_verdict(void)
{
    Rig rig = rig_new(true);

    lose(&rig, 7);
    rig.sample.rtp_lost++;
    g_assert_true(step(&rig));
    g_assert_cmpint(rig.evidence.verdict.cause, ==, CAUSE_NETWORK);
    g_assert_false(step(&rig));
    rig.sample.nic_missed++;
    g_assert_true(step(&rig));
    g_assert_cmpint(rig.evidence.verdict.cause, ==, CAUSE_MONITOR);
    g_assert_cmpuint(rig.evidence.of_monitor.errors, ==, 0);
}

static void
drops_at_another_time_are_no_evidence(void)
{
    Rig rig = rig_new(true);

    rig.sample.own_drops += 9;
    for (unsigned i = 0; i < 4; i++)
        g_assert_false(step(&rig));
    lose(&rig, 7);
    rig.sample.rtp_lost++;
    g_assert_true(step(&rig));
    g_assert_cmpint(rig.evidence.verdict.cause, ==, CAUSE_NETWORK);
    for (unsigned i = 0; i < 3; i++)
        g_assert_false(step(&rig));
    rig.sample.own_drops += 9;
    g_assert_false(step(&rig));
}

static void
losses_close_together_are_one_and_later_ones_are_another(void)
{
    Rig rig = rig_new(true);

    lose(&rig, 1);
    g_assert_true(step(&rig));
    lose(&rig, 2);
    g_assert_true(step(&rig));
    g_assert_cmpuint(rig.evidence.verdict.lost.missing, ==, 3);
    g_assert_cmpint(rig.evidence.verdict.until_us - rig.evidence.verdict.from_us, ==,
                    2 * US_PER_SECOND);
    for (unsigned i = 0; i < 4; i++)
        g_assert_false(step(&rig));
    lose(&rig, 5);
    g_assert_true(step(&rig));
    g_assert_cmpuint(rig.evidence.verdict.lost.missing, ==, 5);
}

static void
a_loss_without_end_is_judged_anew_from_time_to_time(void)
{
    Rig rig = rig_new(true);

    rig.sample.own_drops++;
    for (unsigned i = 0; i < 20; i++) {
        lose(&rig, 7);
        rig.sample.rtp_lost++;
        g_assert_true(step(&rig));
    }
    g_assert_cmpint(rig.evidence.verdict.cause, ==, CAUSE_NETWORK);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/loss-evidence/" #name, name)
    TEST(a_complete_rtp_sequence_puts_the_loss_before_the_sender);
    TEST(missing_rtp_numbers_are_the_networks);
    TEST(legs_and_fec_are_named_where_there_are_any);
    TEST(without_numbers_whole_datagrams_are_a_hint);
    TEST(an_overflow_of_the_socket_is_the_monitors);
    TEST(what_was_held_for_repair_is_judged_by_the_time_of_the_drop);
    TEST(drops_below_the_socket_are_the_monitors_and_taken_off);
    TEST(drops_that_are_told_late_turn_the_verdict);
    TEST(drops_at_another_time_are_no_evidence);
    TEST(losses_close_together_are_one_and_later_ones_are_another);
    TEST(a_loss_without_end_is_judged_anew_from_time_to_time);
#undef TEST
    return g_test_run();
}
