/* Gaps where the receiver itself lost data are its own, and no others are. */
#include <glib.h>

#include "pipelines/ts/ts-analyser.h"
#include "tests/fixtures/ts-build.h"

typedef struct {
    TsBuilder builder;
    TsAnalyser *analyser;
} Rig;

static void
push(Rig *rig, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

    ts_analyser_push(rig->analyser, bytes->data, bytes->len, 1000);
}

static Rig
rig_new(const char *text)
{
    Rig rig = {.analyser = ts_analyser_new()};

    push(&rig, "5 x packet pid=8000\n");
    push(&rig, text);
    return rig;
}

static void
expect(const Rig *rig, uint16_t number, unsigned own_missing, unsigned cc_missing)
{
    TsPidInfo pid;

    g_assert_true(ts_analyser_pid(rig->analyser, number, &pid));
    g_assert_cmpuint(pid.own_missing, ==, own_missing);
    g_assert_cmpuint(pid.own_gaps, ==, own_missing > 0);
    g_assert_cmpuint(pid.cc_missing, ==, cc_missing);
    g_assert_cmpuint(pid.cc_errors, ==, cc_missing > 0);
}

static void
a_gap_right_after_own_loss_is_the_receivers(void)
{
    Rig rig = rig_new("packet pid=100\npacket pid=200\n");

    ts_analyser_own_loss(rig.analyser);
    push(&rig, "packet pid=100 skip=3\npacket pid=200 skip=2\npacket pid=100\n");
    expect(&rig, 100, 3, 0);
    expect(&rig, 200, 2, 0);
    ts_analyser_free(rig.analyser);
}

static void
a_later_gap_is_the_channels(void)
{
    Rig rig = rig_new("packet pid=100\n");

    ts_analyser_own_loss(rig.analyser);
    push(&rig, "packet pid=100\npacket pid=100 skip=4\n");
    expect(&rig, 100, 0, 4);
    ts_analyser_free(rig.analyser);
}

static void
what_cannot_show_a_gap_leaves_it_to_the_next_packet(void)
{
    Rig rig = rig_new("packet pid=100 cc=1\npacket pid=200\npacket pid=300 cc=5\n");

    ts_analyser_own_loss(rig.analyser);
    push(&rig, "2 x packet pid=100 empty cc=1\npacket pid=100 cc=5\n"
               "packet pid=200 tei\npacket pid=200 skip=2\n"
               "packet pid=300 cc=5\npacket pid=300 cc=8\n");
    expect(&rig, 100, 3, 0);
    expect(&rig, 200, 2, 0);
    expect(&rig, 300, 2, 0);
    ts_analyser_free(rig.analyser);
}

static void
no_clock_interval_across_it_is_judged(void)
{
    Rig rig = rig_new("packet pid=100 pcr=0\n");
    TsPidInfo pid;

    ts_analyser_own_loss(rig.analyser);
    push(&rig, "packet pid=100 pcr=27000000 empty\npacket pid=100 pcr=27000100\n");
    g_assert_true(ts_analyser_pid(rig.analyser, 100, &pid));
    g_assert_cmpuint(pid.pcr_jumps + pid.pcr_late, ==, 0);
    ts_analyser_free(rig.analyser);
}

static void
sums_hold_it_apart_from_the_channels_errors(void)
{
    Rig rig = rig_new("packet pid=100\n");
    TsCounters counters;

    ts_analyser_own_loss(rig.analyser);
    push(&rig, "packet pid=100 skip=3\npacket pid=100 skip=1\n");
    ts_analyser_counters(rig.analyser, &counters);
    g_assert_cmpuint(counters.own_gaps, ==, 1);
    g_assert_cmpuint(counters.own_missing, ==, 3);
    g_assert_cmpuint(counters.cc_errors, ==, 1);
    g_assert_cmpuint(counters.cc_missing, ==, 1);
    ts_analyser_free(rig.analyser);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/own-loss/a-gap-right-after-own-loss-is-the-receivers",
                    a_gap_right_after_own_loss_is_the_receivers);
    g_test_add_func("/own-loss/a-later-gap-is-the-channels", a_later_gap_is_the_channels);
    g_test_add_func("/own-loss/what-cannot-show-a-gap-leaves-it-to-the-next-packet",
                    what_cannot_show_a_gap_leaves_it_to_the_next_packet);
    g_test_add_func("/own-loss/no-clock-interval-across-it-is-judged",
                    no_clock_interval_across_it_is_judged);
    g_test_add_func("/own-loss/sums-hold-it-apart-from-the-channels-errors",
                    sums_hold_it_apart_from_the_channels_errors);
    return g_test_run();
}
