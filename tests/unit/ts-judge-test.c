/* From packets and the passing of time to conditions with a since. */
#include <glib.h>

#include "pipelines/ts/ts-analyser.h"
#include "tests/fixtures/ts-build.h"

#define MS(n) ((MonoUs)(n)*US_PER_MS)
#define START MS(1000)

typedef struct {
    TsAnalyser *analyser;
    TsBuilder builder;
    TsState state;
    MonoUs now_us;
} Rig;

#define TABLES "pat tsid=1 1:256\npmt pid=256 service=1 pcr=300 27:300 15:301\n"
#define MEDIA  "packet pid=300\npacket pid=301\n"

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

static guint32
judge(Rig *rig)
{
    ts_analyser_tick(rig->analyser, rig->now_us);
    return ts_analyser_judge(rig->analyser, 1, rig->now_us, &rig->state);
}

static void
set_up(Rig *rig)
{
    *rig = (Rig){.analyser = ts_analyser_new(), .now_us = START};
    judge(rig);
    play(rig, "8 x null", 100);
}

static gboolean
active(const Rig *rig, TsCondition condition)
{
    return rig->state.conditions[condition].known && rig->state.conditions[condition].active;
}

static MonoUs
since(const Rig *rig, TsCondition condition)
{
    return rig->state.conditions[condition].since_us;
}

static void
a_good_service_has_nothing_wrong(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, TABLES MEDIA, 700);
    judge(&rig);
    for (unsigned i = 0; i < TS_CONDITION_CONTINUITY; i++) {
        g_assert_true(rig.state.conditions[i].known);
        g_assert_false(rig.state.conditions[i].active);
    }
    g_assert_false(active(&rig, TS_CONDITION_VIDEO_MISSING));
    g_assert_false(active(&rig, TS_CONDITION_AUDIO_MISSING));
    ts_analyser_free(rig.analyser);
}

static void
silence_on_the_wire_is_since_the_last_datagram_and_says_nothing_else(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, TABLES MEDIA, 700);
    judge(&rig);
    const MonoUs last_us = rig.now_us - MS(100);

    rig.now_us = last_us + TS_NO_PACKETS_US;
    g_assert_cmpuint(judge(&rig), ==, 1u << TS_CONDITION_NO_PACKETS);
    g_assert_cmpint(since(&rig, TS_CONDITION_NO_PACKETS), ==, last_us);
    rig.now_us += MS(5000);
    g_assert_cmpuint(judge(&rig), ==, 0);
    const MonoUs back_us = rig.now_us;

    play(&rig, TABLES MEDIA, 100);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_NO_PACKETS));
    g_assert_cmpint(since(&rig, TS_CONDITION_NO_PACKETS), ==, back_us);
    g_assert_false(active(&rig, TS_CONDITION_PAT_MISSING));
    ts_analyser_free(rig.analyser);
}

static void
an_input_that_never_came_is_silent_since_the_first_look(void)
{
    Rig rig = {.analyser = ts_analyser_new(), .now_us = START};

    g_assert_cmpuint(judge(&rig), ==, 0);
    rig.now_us += TS_NO_PACKETS_US;
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_NO_PACKETS));
    g_assert_cmpint(since(&rig, TS_CONDITION_NO_PACKETS), ==, START);
    ts_analyser_free(rig.analyser);
}

static void
datagrams_without_a_stream_have_lost_sync(void)
{
    Rig rig = {.analyser = ts_analyser_new(), .now_us = START};

    play(&rig, "bytes 48656c6c6f", 400);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_SYNC_LOST));
    g_assert_false(rig.state.conditions[TS_CONDITION_PAT_MISSING].known);
    play(&rig, "8 x null", 100);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_SYNC_LOST));
    ts_analyser_free(rig.analyser);
}

static void
tables_are_missing_after_half_a_second_since_they_came_last(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, TABLES MEDIA, 500);
    const MonoUs last_us = rig.now_us - MS(100);

    play(&rig, MEDIA, 400);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_PAT_MISSING));
    play(&rig, MEDIA, 300);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_PAT_MISSING));
    g_assert_true(active(&rig, TS_CONDITION_PMT_MISSING));
    g_assert_cmpint(since(&rig, TS_CONDITION_PAT_MISSING), ==, last_us);
    play(&rig, TABLES, 100);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_PAT_MISSING));
    g_assert_false(active(&rig, TS_CONDITION_PMT_MISSING));
    ts_analyser_free(rig.analyser);
}

static void
another_service_in_the_pat_is_not_ours(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, "pat tsid=1 2:256", 100);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_SERVICE_ABSENT));
    play(&rig, "pat tsid=1 version=1 1:256", 100);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_SERVICE_ABSENT));
    ts_analyser_free(rig.analyser);
}

static void
a_component_that_stops_is_missing_after_five_seconds(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, TABLES MEDIA, 1000);
    const MonoUs last_us = rig.now_us - MS(100);

    play(&rig, TABLES "packet pid=300\n", 5000);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_AUDIO_MISSING));
    play(&rig, TABLES "packet pid=300\n", 200);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_AUDIO_MISSING));
    g_assert_false(active(&rig, TS_CONDITION_VIDEO_MISSING));
    g_assert_cmpint(since(&rig, TS_CONDITION_AUDIO_MISSING), ==, last_us);
    g_assert_cmpfloat(rig.state.values[TS_CONDITION_AUDIO_MISSING], ==, 301);
    play(&rig, TABLES MEDIA, 200);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_AUDIO_MISSING));
    ts_analyser_free(rig.analyser);
}

static void
a_loss_shows_at_once_and_is_held_ten_seconds(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, TABLES, 100);
    play(&rig, "packet pid=300 data=00\npacket pid=300 skip=2\n", 100);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_CONTINUITY));
    play(&rig, "8 x null\n" TABLES, 9000);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_CONTINUITY));
    play(&rig, "8 x null\n" TABLES, 1500);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_CONTINUITY));
    ts_analyser_free(rig.analyser);
}

static void
bit_rates_are_those_of_the_last_second_and_fall_to_zero(void)
{
    Rig rig;
    TsServiceFigures figures;

    set_up(&rig);
    play(&rig, TABLES "8 x packet pid=300\n10 x null", 3000);
    judge(&rig);
    /* 20 packets every 100 ms, 9 of them of the service: its PMT, and 8 of picture */
    g_assert_cmpfloat_with_epsilon(ts_analyser_bitrate_bps(rig.analyser), 20 * 188 * 80.0, 10);
    ts_analyser_service_figures(rig.analyser, 1, &figures);
    g_assert_cmpfloat_with_epsilon(figures.bitrate_bps, 9 * 188 * 80.0, 10);
    rig.now_us += MS(2500);
    judge(&rig);
    rig.now_us += MS(1000);
    judge(&rig);
    g_assert_cmpfloat(ts_analyser_bitrate_bps(rig.analyser), ==, 0);
    ts_analyser_free(rig.analyser);
}

static void
counters_go_on_where_they_were_when_pids_change(void)
{
    TsServiceFigures before, after;
    Rig rig;

    set_up(&rig);
    play(&rig,
         TABLES "packet pid=300\npacket pid=300 skip=3\npacket pid=400\n"
                "packet pid=400 skip=2\npacket pid=400 skip=2\n10 x null",
         300);
    ts_analyser_service_figures(rig.analyser, 1, &before);
    g_assert_cmpuint(before.cc_errors, >, 0);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_CONTINUITY));
    play(&rig,
         "pat 1:256\npmt pid=256 service=1 pcr=400 27:400 version=1\npacket pid=300 skip=1\n"
         "packet pid=400\n10 x null",
         11000);
    ts_analyser_service_figures(rig.analyser, 1, &after);
    g_assert_cmpuint(after.cc_errors, ==, before.cc_errors);
    g_assert_cmpuint(after.cc_missing, ==, before.cc_missing);
    g_assert_cmpuint(after.packets, >, before.packets);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_CONTINUITY));
    play(&rig, "packet pid=400 skip=5\n10 x null", 100);
    ts_analyser_service_figures(rig.analyser, 1, &after);
    g_assert_cmpuint(after.cc_missing, ==, before.cc_missing + 5);
    ts_analyser_free(rig.analyser);
}

static void
a_pid_that_was_not_the_clock_owes_no_pcr(void)
{
    Rig rig;

    set_up(&rig);
    play(&rig, TABLES "packet pid=300 pcr=27000000\n10 x null", 100);
    play(&rig,
         "pmt pid=256 service=1 pcr=400 27:400 version=1\npacket pid=400 pcr=27000000\n"
         "10 x null",
         300);
    play(&rig, TABLES "packet pid=300 pcr=37800000\n10 x null", 100);
    judge(&rig);
    g_assert_false(active(&rig, TS_CONDITION_PCR_LATE));
    play(&rig, "10 x null", 200);
    play(&rig, "packet pid=300 pcr=45900000\n10 x null", 100);
    judge(&rig);
    g_assert_true(active(&rig, TS_CONDITION_PCR_LATE));
    ts_analyser_free(rig.analyser);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/judge/good", a_good_service_has_nothing_wrong);
    g_test_add_func("/ts/judge/silence",
                    silence_on_the_wire_is_since_the_last_datagram_and_says_nothing_else);
    g_test_add_func("/ts/judge/never", an_input_that_never_came_is_silent_since_the_first_look);
    g_test_add_func("/ts/judge/no-sync", datagrams_without_a_stream_have_lost_sync);
    g_test_add_func("/ts/judge/tables",
                    tables_are_missing_after_half_a_second_since_they_came_last);
    g_test_add_func("/ts/judge/absent", another_service_in_the_pat_is_not_ours);
    g_test_add_func("/ts/judge/component", a_component_that_stops_is_missing_after_five_seconds);
    g_test_add_func("/ts/judge/loss", a_loss_shows_at_once_and_is_held_ten_seconds);
    g_test_add_func("/ts/judge/bitrate", bit_rates_are_those_of_the_last_second_and_fall_to_zero);
    g_test_add_func("/ts/judge/other-pids", counters_go_on_where_they_were_when_pids_change);
    g_test_add_func("/ts/judge/other-clock", a_pid_that_was_not_the_clock_owes_no_pcr);
    return g_test_run();
}
