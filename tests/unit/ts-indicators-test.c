/* The indicators of TR 101 290 that the packet path and the PID watch find. */
#include <glib.h>

#include "pipelines/ts/ts-analyser.h"
#include "tests/fixtures/ts-build.h"

#define MS(n) ((MonoUs)(n)*US_PER_MS)

#define TABLES                                                                                     \
    "pat tsid=1 1:256 2:512\npmt pid=256 service=1 pcr=300 27:300 15:301\n"                        \
    "pmt pid=512 service=2 pcr=310 27:310\n"
#define MEDIA "packet pid=300\npacket pid=301\npacket pid=310\n"

typedef struct {
    TsAnalyser *analyser;
    TsBuilder builder;
    MonoUs now_us;
    TsIndicatorState states[TS_INDICATOR_COUNT];
} Rig;

/* Sends @text every 100 ms for @ms. */
static void
play(Rig *rig, const char *text, int ms)
{
    for (int at = 0; at < ms; at += 100) {
        g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

        ts_analyser_push(rig->analyser, bytes->data, bytes->len, rig->now_us);
        rig->now_us += MS(100);
    }
}

static Rig
rig_with(const char *text, int ms)
{
    Rig rig = {.analyser = ts_analyser_new(), .now_us = MS(1000)};

    play(&rig, "8 x null", 100);
    play(&rig, text, ms);
    return rig;
}

static const TsIndicatorState *
state(Rig *rig, gint32 service, TsIndicator indicator)
{
    ts_analyser_indicators(rig->analyser, service, rig->states);
    return &rig->states[indicator];
}

static void
finish(Rig *rig)
{
    ts_analyser_free(rig->analyser);
}

static void
a_gap_belongs_to_the_services_that_have_the_pid(void)
{
    Rig rig = rig_with(TABLES MEDIA, 500);

    play(&rig, TABLES "packet pid=300 skip=2\n", 100);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_CONTINUITY)->count, ==, 1);
    g_assert_cmpuint(state(&rig, 1, TS_INDICATOR_CONTINUITY)->count, ==, 1);
    g_assert_cmpuint(state(&rig, 2, TS_INDICATOR_CONTINUITY)->count, ==, 0);
    g_assert_true(state(&rig, 2, TS_INDICATOR_CONTINUITY)->judged);
    finish(&rig);
}

static void
the_packets_of_the_first_and_last_error_are_told(void)
{
    Rig rig =
        rig_with("8 x null\npacket pid=300\npacket pid=300 skip=1\n4 x packet pid=300\npacket "
                 "pid=300 skip=1\n",
                 100);
    const TsIndicatorState *found = state(&rig, -1, TS_INDICATOR_CONTINUITY);

    g_assert_cmpuint(found->count, ==, 2);
    g_assert_cmpuint(found->first_packet, ==, 17);
    g_assert_cmpuint(found->last_packet, ==, 22);
    finish(&rig);
}

static void
a_third_copy_and_a_damaged_packet_are_errors_of_their_own(void)
{
    Rig rig = rig_with("3 x packet pid=300 cc=5\n2 x packet pid=301 tei\n", 100);

    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_CONTINUITY)->count, ==, 1);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_TRANSPORT)->count, ==, 2);
    finish(&rig);
}

static void
lost_sync_is_one_loss_and_two_bad_bytes(void)
{
    Rig rig = rig_with("8 x null\n", 100);
    guint8 noise[3 * 188] = {0};

    ts_analyser_push(rig.analyser, noise, sizeof noise, rig.now_us);
    play(&rig, "8 x null\n", 200);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_SYNC_LOSS)->count, ==, 1);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_SYNC_BYTE)->count, ==, 2);
    finish(&rig);
}

static void
an_error_shows_for_ten_seconds(void)
{
    Rig rig = rig_with("3 x packet pid=300 cc=5\n", 100);
    const TsIndicatorState *found = state(&rig, -1, TS_INDICATOR_CONTINUITY);

    g_assert_true(ts_indicator_active(found, TS_INDICATOR_CONTINUITY, found->last_us + MS(9999)));
    g_assert_false(ts_indicator_active(found, TS_INDICATOR_CONTINUITY, found->last_us + MS(10000)));
    finish(&rig);
}

static void
sound_that_never_comes_is_one_pid_error_of_its_service(void)
{
    Rig rig = rig_with(TABLES "packet pid=300\npacket pid=310\n", 7000);

    g_assert_cmpuint(state(&rig, 1, TS_INDICATOR_PID_MISSING)->count, ==, 1);
    g_assert_cmpuint(state(&rig, 2, TS_INDICATOR_PID_MISSING)->count, ==, 0);
    g_assert_cmpint(state(&rig, 1, TS_INDICATOR_PID_MISSING)->last_us, >, rig.now_us - MS(300));
    play(&rig, TABLES MEDIA, 1000);
    play(&rig, TABLES "packet pid=300\npacket pid=310\n", 6000);
    g_assert_cmpuint(state(&rig, 1, TS_INDICATOR_PID_MISSING)->count, ==, 2);
    finish(&rig);
}

static void
a_pid_without_a_name_is_one_error_after_half_a_second(void)
{
    Rig rig = rig_with(TABLES MEDIA "packet pid=777\n", 500);

    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_UNREFERENCED)->count, ==, 0);
    play(&rig, TABLES MEDIA "packet pid=777\n", 2000);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_UNREFERENCED)->count, ==, 1);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_UNREFERENCED_2)->count, ==, 1);
    finish(&rig);
}

static void
pids_that_ca_descriptors_name_are_no_strays(void)
{
    /* ECMs on 700 by the PMT, EMMs on 701 by the CAT: the old rule knows of PMTs alone. */
    Rig rig = rig_with("pat tsid=1 1:256\npmt pid=256 service=1 pcr=300 27:300:09040500e2bc\n"
                       "section pid=1 table=1 tsid=65535 body=09040500e2bd\npacket pid=300\n"
                       "packet pid=700\npacket pid=701\n",
                       3000);

    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_UNREFERENCED)->count, ==, 1);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_UNREFERENCED_2)->count, ==, 0);
    finish(&rig);
}

static void
without_tables_nothing_is_said_about_references(void)
{
    Rig rig = rig_with("packet pid=777\n", 3000);

    g_assert_false(state(&rig, -1, TS_INDICATOR_UNREFERENCED)->judged);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_UNREFERENCED)->count, ==, 0);
    finish(&rig);
}

static void
a_good_stream_has_no_error_at_all(void)
{
    Rig rig = rig_with(TABLES MEDIA, 12000);

    for (guint i = 0; i < TS_INDICATOR_COUNT; i++) {
        g_test_message("%s", ts_indicator_info((TsIndicator)i)->number);
        g_assert_cmpuint(state(&rig, -1, (TsIndicator)i)->count, ==, 0);
    }
    finish(&rig);
}

/* Noise: a gap on each of 8192 PIDs. */
static void
errors_of_stray_pids_are_bounded_and_those_of_named_ones_are_not(void)
{
    Rig rig = rig_with(TABLES MEDIA, 500);
    g_autoptr(GString) text = g_string_new(NULL);
    TsIndicatorState states[TS_INDICATOR_COUNT];
    unsigned kept = 0;

    for (unsigned pid = 1000; pid < 2000; pid++)
        g_string_append_printf(text, "packet pid=%u\npacket pid=%u skip=1\n", pid, pid);
    play(&rig, text->str, 100);
    play(&rig, "packet pid=301 skip=1\n", 100);
    for (uint16_t pid = 1000; pid < 2000; pid++) {
        ts_analyser_pid_indicators(rig.analyser, pid, states);
        kept += states[TS_INDICATOR_CONTINUITY].count > 0;
    }
    g_assert_cmpuint(kept, ==, TS_STRAY_ERRORS_MAX);
    ts_analyser_pid_indicators(rig.analyser, 301, states);
    g_assert_cmpuint(states[TS_INDICATOR_CONTINUITY].count, ==, 1);
    g_assert_cmpuint(state(&rig, -1, TS_INDICATOR_CONTINUITY)->count, ==, 1001);
    finish(&rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts-indicators/a gap belongs to the services that have the PID",
                    a_gap_belongs_to_the_services_that_have_the_pid);
    g_test_add_func("/ts-indicators/the packets of the first and last error are told",
                    the_packets_of_the_first_and_last_error_are_told);
    g_test_add_func("/ts-indicators/a third copy and a damaged packet are errors of their own",
                    a_third_copy_and_a_damaged_packet_are_errors_of_their_own);
    g_test_add_func("/ts-indicators/lost sync is one loss and two bad bytes",
                    lost_sync_is_one_loss_and_two_bad_bytes);
    g_test_add_func("/ts-indicators/an error shows for ten seconds",
                    an_error_shows_for_ten_seconds);
    g_test_add_func("/ts-indicators/sound that never comes is one PID error of its service",
                    sound_that_never_comes_is_one_pid_error_of_its_service);
    g_test_add_func("/ts-indicators/a PID without a name is one error after half a second",
                    a_pid_without_a_name_is_one_error_after_half_a_second);
    g_test_add_func("/ts-indicators/PIDs that CA descriptors name are no strays",
                    pids_that_ca_descriptors_name_are_no_strays);
    g_test_add_func("/ts-indicators/without tables nothing is said about references",
                    without_tables_nothing_is_said_about_references);
    g_test_add_func("/ts-indicators/a good stream has no error at all",
                    a_good_stream_has_no_error_at_all);
    g_test_add_func("/ts-indicators/errors of stray PIDs are bounded, those of named ones are not",
                    errors_of_stray_pids_are_bounded_and_those_of_named_ones_are_not);
    return g_test_run();
}
