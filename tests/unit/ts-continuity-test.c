/* What counts as lost, repeated, damaged, scrambled; what the visitor is handed. */
#include <glib.h>

#include "pipelines/ts/ts-analyser.h"
#include "tests/fixtures/ts-build.h"

/* Analyses the packets of @text after five on another PID that let sync be found. */
static TsAnalyser *
analyse(const char *text, TsPidInfo *ret_pid)
{
    g_autofree char *whole = g_strconcat("5 x packet pid=8000\n", text, NULL);
    g_autoptr(GByteArray) bytes = ts_build(whole);
    TsAnalyser *analyser = ts_analyser_new();

    ts_analyser_push(analyser, bytes->data, bytes->len, 1000);
    g_assert_true(ts_analyser_pid(analyser, 100, ret_pid));
    return analyser;
}

static void
sixteen_in_a_row_and_the_wrap_are_no_error(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) analyser = analyse("40 x packet pid=100", &pid);

    g_assert_cmpuint(pid.packets, ==, 40);
    g_assert_cmpuint(pid.cc_errors, ==, 0);
}

static void
a_gap_is_one_error_and_its_packets_are_missing(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) analyser =
        analyse("packet pid=100\npacket pid=100 skip=3\npacket pid=100", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 1);
    g_assert_cmpuint(pid.cc_missing, ==, 3);
}

static void
one_repeat_is_legal_and_the_next_is_not(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) once =
        analyse("packet pid=100 cc=4\npacket pid=100 cc=4\npacket pid=100", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 0);
    g_assert_cmpuint(pid.duplicates, ==, 1);
    g_assert_cmpuint(pid.cc_repeats, ==, 0);

    g_autoptr(TsAnalyser) twice = analyse("3 x packet pid=100 cc=4\npacket pid=100", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 0);
    g_assert_cmpuint(pid.duplicates, ==, 2);
    g_assert_cmpuint(pid.cc_repeats, ==, 1);
}

static void
a_repeat_may_differ_in_its_pcr_only(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) legal =
        analyse("packet pid=100 cc=4 pcr=900\npacket pid=100 cc=4 pcr=1800", &pid);

    g_assert_cmpuint(pid.duplicates, ==, 1);
    g_assert_cmpuint(pid.cc_errors, ==, 0);

    g_autoptr(TsAnalyser) other =
        analyse("packet pid=100 cc=4 data=00\npacket pid=100 cc=4 data=01", &pid);

    g_assert_cmpuint(pid.duplicates, ==, 0);
    g_assert_cmpuint(pid.cc_errors, ==, 1);
    g_assert_cmpuint(pid.cc_missing, ==, 15);
}

static void
packets_without_payload_keep_the_counter(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) analyser =
        analyse("packet pid=100\n3 x packet pid=100 empty\npacket pid=100", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 0);
    g_assert_cmpuint(pid.cc_af_only, ==, 0);

    g_autoptr(TsAnalyser) moved =
        analyse("packet pid=100 cc=1\npacket pid=100 empty cc=5\npacket pid=100", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 0);
    g_assert_cmpuint(pid.cc_af_only, ==, 1);
}

static void
an_announced_discontinuity_is_no_error(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) analyser =
        analyse("packet pid=100 cc=1\npacket pid=100 cc=9 disc\npacket pid=100", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 0);
    g_assert_cmpuint(pid.discontinuities, ==, 1);
}

static void
a_damaged_packet_is_counted_and_not_missed(void)
{
    TsPidInfo pid;
    g_autoptr(TsAnalyser) analyser =
        analyse("packet pid=100\npacket pid=100 tei\npacket pid=100", &pid);

    g_assert_cmpuint(pid.transport_errors, ==, 1);
    g_assert_cmpuint(pid.cc_errors, ==, 0);

    g_autoptr(TsAnalyser) beside =
        analyse("packet pid=100\npacket pid=100 tei\npacket pid=100 skip=2", &pid);

    g_assert_cmpuint(pid.cc_errors, ==, 1);
    g_assert_cmpuint(pid.cc_missing, ==, 2);
}

static void
null_packets_have_no_counter(void)
{
    g_autoptr(GByteArray) bytes = ts_build("8 x null");
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    TsCounters counters;

    bytes->data[3] = 0x17;
    ts_analyser_push(analyser, bytes->data, bytes->len, 0);
    ts_analyser_counters(analyser, &counters);
    g_assert_cmpuint(counters.null_packets, ==, 8);
    g_assert_cmpuint(counters.cc_errors, ==, 0);
}

typedef struct {
    guint packets;
    guint lost;
    guint starts;
    gsize bytes;
} Visited;

static void
visit(const TsPacket *packet, void *user_data)
{
    Visited *visited = user_data;

    visited->packets++;
    visited->lost += packet->lost_before;
    visited->starts += packet->unit_start;
    visited->bytes += packet->payload_size;
}

static void
the_visitor_gets_each_good_payload_of_a_wanted_pid_once(void)
{
    g_autoptr(GByteArray) bytes = ts_build("5 x packet pid=99\n"
                                           "packet pid=100 start\n"
                                           "packet pid=100 skip=1\n"
                                           "packet pid=100 cc=7 skip=0\n"
                                           "packet pid=100 cc=7\n"
                                           "packet pid=100 empty\n"
                                           "packet pid=100 tei\n"
                                           "packet pid=100 pcr=1");
    g_autoptr(TsAnalyser) analyser = ts_analyser_new();
    Visited visited = {0};

    ts_analyser_set_visitor(analyser, visit, &visited);
    ts_analyser_want_pid(analyser, 100, TRUE);
    ts_analyser_push(analyser, bytes->data, bytes->len, 0);
    g_assert_cmpuint(visited.packets, ==, 4);
    g_assert_cmpuint(visited.starts, ==, 1);
    g_assert_cmpuint(visited.lost, ==, 3); /* the gap, the jump, and behind the damaged one */
    g_assert_cmpuint(visited.bytes, ==, 3 * 184 + 176);

    ts_analyser_want_pid(analyser, 100, FALSE);
    ts_analyser_push(analyser, bytes->data, bytes->len, 1);
    g_assert_cmpuint(visited.packets, ==, 4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/continuity/wrap", sixteen_in_a_row_and_the_wrap_are_no_error);
    g_test_add_func("/ts/continuity/gap", a_gap_is_one_error_and_its_packets_are_missing);
    g_test_add_func("/ts/continuity/repeat", one_repeat_is_legal_and_the_next_is_not);
    g_test_add_func("/ts/continuity/repeat-pcr", a_repeat_may_differ_in_its_pcr_only);
    g_test_add_func("/ts/continuity/no-payload", packets_without_payload_keep_the_counter);
    g_test_add_func("/ts/continuity/announced", an_announced_discontinuity_is_no_error);
    g_test_add_func("/ts/continuity/damaged", a_damaged_packet_is_counted_and_not_missed);
    g_test_add_func("/ts/continuity/null", null_packets_have_no_counter);
    g_test_add_func("/ts/visitor", the_visitor_gets_each_good_payload_of_a_wanted_pid_once);
    return g_test_run();
}
