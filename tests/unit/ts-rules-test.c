/* The table rules of TR 101 290, against a table of times. */
#include <glib.h>
#include <string.h>

#include "pipelines/ts/ts-analyser-private.h"
#include "tests/fixtures/ts-build.h"

#define STEP_MS 20 /* null packets come so often */

typedef struct {
    TsBuilder builder;
    TsAnalyser *analyser;
    gint64 now_ms;
} Rig;

/* What comes, and how often: @every_ms from @from_ms until before @to_ms. */
typedef struct {
    const char *text;
    gint64 from_ms;
    gint64 to_ms;
    gint64 every_ms;
} Plan;

#define PAT       "pat tsid=1 1:256"
#define PMT       "pmt pid=256 service=1 pcr=300 27:300"
#define NIT       "section pid=16 table=64 tsid=1 body=f000f000"
#define NIT_OTHER "section pid=16 table=65 tsid=2 body=f000f000"
#define SDT       "sdt tsid=1 1:P:N"
#define BAT       "section pid=17 table=74 tsid=1 body=f000f000"
#define PRESENT   "section pid=18 table=78 service=1 number=0 last=1 body=00010001014e"
#define FOLLOWING "section pid=18 table=78 service=1 number=1 last=1 body=00010001014e"
#define TDT       "packet pid=20 start data=00707005c078124500"
#define RST       "packet pid=19 start data=00717000"
#define SCRAMBLED "packet pid=300 scrambled"
#define CAT       "section pid=1 table=1 tsid=65535 body="
#define GOOD                                                                                       \
    {PAT, 0, G_MAXINT64, 100},                                                                     \
    {                                                                                              \
        PMT, 0, G_MAXINT64, 100                                                                    \
    }
#define GOOD_UNTIL(ms)                                                                             \
    {PAT, 0, ms, 100},                                                                             \
    {                                                                                              \
        PMT, 0, ms, 100                                                                            \
    }

static void
push(Rig *rig, const char *text)
{
    g_autoptr(GByteArray) bytes = ts_builder_build(&rig->builder, text);

    ts_analyser_push(rig->analyser, bytes->data, bytes->len, (rig->now_ms + 1000) * US_PER_MS);
}

static void
play(Rig *rig, const Plan *plans, gsize n_plans, gint64 until_ms)
{
    for (; rig->now_ms <= until_ms; rig->now_ms += STEP_MS) {
        push(rig, "null");
        for (gsize i = 0; i < n_plans; i++)
            if (rig->now_ms >= plans[i].from_ms && rig->now_ms < plans[i].to_ms &&
                (rig->now_ms - plans[i].from_ms) % plans[i].every_ms == 0)
                push(rig, plans[i].text);
    }
}

static Rig *
begin(void)
{
    Rig *rig = g_new0(Rig, 1);

    rig->analyser = ts_analyser_new();
    push(rig, "5 x null");
    return rig;
}

static void
end(Rig *rig)
{
    ts_analyser_free(rig->analyser);
    g_free(rig);
}

static void
expect(const Rig *rig, TsIndicator indicator, guint64 count)
{
    const TsIndicatorState *state = &rig->analyser->indicators[indicator];

    if (state->count != count)
        g_test_message("%s", ts_indicator_info(indicator)->number);
    g_assert_cmpuint(state->count, ==, count);
}

/* Whether it shows an error now. */
static bool
is_active(const Rig *rig, TsIndicator indicator)
{
    return ts_indicator_active(&rig->analyser->indicators[indicator], indicator,
                               (rig->now_ms + 1000) * US_PER_MS);
}

#define PLAY(rig, until_ms, ...)                                                                   \
    play(rig, (const Plan[]){__VA_ARGS__}, sizeof((const Plan[]){__VA_ARGS__}) / sizeof(Plan),     \
         until_ms)

static void
a_good_stream_without_si_has_no_error_and_judges_no_si(void)
{
    Rig *rig = begin();

    PLAY(rig, 40000, GOOD);
    for (guint i = 0; i < TS_INDICATOR_COUNT; i++)
        expect(rig, i, i == TS_INDICATOR_PID_MISSING ? 1 : 0); /* no picture comes */
    g_assert_true(rig->analyser->indicators[TS_INDICATOR_PAT_2].judged);
    g_assert_true(rig->analyser->indicators[TS_INDICATOR_PMT_2].judged);
    g_assert_false(rig->analyser->indicators[TS_INDICATOR_NIT_ACTUAL].judged);
    g_assert_false(rig->analyser->indicators[TS_INDICATOR_CAT].judged);
    end(rig);
}

static void
an_absent_pat_counts_once_and_shows_for_as_long_as_it_is_missing(void)
{
    Rig *rig = begin();

    PLAY(rig, 30000, GOOD_UNTIL(1000));
    expect(rig, TS_INDICATOR_PAT, 1);
    expect(rig, TS_INDICATOR_PAT_2, 1);
    g_assert_true(is_active(rig, TS_INDICATOR_PAT_2));
    rig->now_ms = 30020;
    PLAY(rig, 40000, {PAT, 30020, G_MAXINT64, 100});
    expect(rig, TS_INDICATOR_PAT_2, 1);
    g_assert_true(is_active(rig, TS_INDICATOR_PAT_2));
    PLAY(rig, 42000, {PAT, 30020, G_MAXINT64, 100});
    g_assert_false(is_active(rig, TS_INDICATOR_PAT_2));
    end(rig);
}

static void
a_pat_that_comes_late_counts_each_time(void)
{
    Rig *rig = begin();

    PLAY(rig, 3000, {PAT, 0, G_MAXINT64, 520}, {PMT, 0, G_MAXINT64, 100});
    expect(rig, TS_INDICATOR_PAT_2, 5);
    end(rig);
}

static void
an_absent_or_scrambled_pmt_is_an_error_of_its_pid(void)
{
    Rig *rig = begin();

    PLAY(rig, 3000, {PAT, 0, G_MAXINT64, 100}, {PMT, 0, 1000, 100});
    expect(rig, TS_INDICATOR_PMT, 1);
    expect(rig, TS_INDICATOR_PMT_2, 1);
    expect(rig, TS_INDICATOR_PAT_2, 0);
    g_assert_cmpuint(rig->analyser->pids[256]->errors[TS_INDICATOR_PMT_2].count, ==, 1);
    push(rig, "2 x packet pid=256 scrambled");
    expect(rig, TS_INDICATOR_PMT_2, 3);
    end(rig);
}

static void
foreign_sections_and_scrambling_on_pid_0_are_errors_of_the_pat(void)
{
    Rig *rig = begin();

    PLAY(rig, 400, GOOD);
    push(rig, "section pid=0 table=2 service=1 body=e100f000\npacket pid=0 scrambled");
    expect(rig, TS_INDICATOR_PAT, 2);
    expect(rig, TS_INDICATOR_PAT_2, 2);
    end(rig);
}

static void
scrambled_packets_need_a_cat(void)
{
    Rig *without = begin(), *with = begin();

    PLAY(without, 5000, GOOD, {SCRAMBLED, 0, G_MAXINT64, 100});
    expect(without, TS_INDICATOR_CAT, 1);
    PLAY(with, 5000, GOOD, {SCRAMBLED, 0, G_MAXINT64, 100}, {CAT, 0, G_MAXINT64, 400});
    expect(with, TS_INDICATOR_CAT, 0);
    g_assert_true(with->analyser->indicators[TS_INDICATOR_CAT].judged);
    push(with, "section pid=1 table=2 service=1 body=e100f000");
    expect(with, TS_INDICATOR_CAT, 1);
    end(without);
    end(with);
}

static void
si_that_was_seen_must_come_again(void)
{
    static const struct {
        const char *text;
        gint64 good_ms; /* a repetition that is good */
        gint64 late_ms; /* and one that is late */
        TsIndicator indicator;
        TsIndicator legacy;
    } cases[] = {
        {NIT, 9900, 10100, TS_INDICATOR_NIT_ACTUAL, TS_INDICATOR_NIT},
        {NIT_OTHER, 9900, 10100, TS_INDICATOR_NIT_OTHER, TS_INDICATOR_NIT},
        {SDT, 1900, 2100, TS_INDICATOR_SDT_ACTUAL, TS_INDICATOR_SDT},
        {BAT, 9900, 10100, TS_INDICATOR_SI_REPETITION, TS_INDICATOR_SI_REPETITION},
        {TDT, 29900, 30100, TS_INDICATOR_TDT, TS_INDICATOR_SI_REPETITION},
        {"section pid=18 table=81 service=1 body=000100010151", 9900, 10100,
         TS_INDICATOR_SI_REPETITION, TS_INDICATOR_SI_REPETITION},
        {"section pid=18 table=82 service=1 body=000100010152", 29900, 30100,
         TS_INDICATOR_SI_REPETITION, TS_INDICATOR_SI_REPETITION},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Rig *good = begin(), *late = begin();

        PLAY(good, 95000, GOOD, {cases[i].text, 0, G_MAXINT64, cases[i].good_ms});
        expect(good, cases[i].indicator, 0);
        g_assert_true(good->analyser->indicators[cases[i].indicator].judged);
        PLAY(late, cases[i].late_ms * 3, GOOD, {cases[i].text, 0, G_MAXINT64, cases[i].late_ms});
        expect(late, cases[i].indicator, 3);
        expect(late, cases[i].legacy, 3);
        expect(late, TS_INDICATOR_SI_REPETITION, 3);
        end(good);
        end(late);
    }
}

static void
a_table_that_vanished_counts_once_and_a_foreign_one_is_forgotten(void)
{
    Rig *rig = begin();

    PLAY(rig, 290000, GOOD, {NIT, 0, 1, 1}, {NIT_OTHER, 0, 1, 1});
    expect(rig, TS_INDICATOR_NIT_ACTUAL, 1);
    expect(rig, TS_INDICATOR_NIT_OTHER, 1);
    g_assert_true(is_active(rig, TS_INDICATOR_NIT_OTHER));
    PLAY(rig, 330000, GOOD);
    expect(rig, TS_INDICATOR_NIT_ACTUAL, 1);
    g_assert_true(is_active(rig, TS_INDICATOR_NIT_ACTUAL));
    g_assert_false(is_active(rig, TS_INDICATOR_NIT_OTHER));
    end(rig);
}

static void
sections_too_close_to_each_other_are_errors(void)
{
    static const struct {
        const char *text;
        TsIndicator indicator;
    } cases[] = {
        {NIT, TS_INDICATOR_NIT_ACTUAL}, {NIT_OTHER, TS_INDICATOR_NIT_OTHER},
        {SDT, TS_INDICATOR_SDT_ACTUAL}, {BAT, TS_INDICATOR_SI_REPETITION},
        {TDT, TS_INDICATOR_TDT},        {RST, TS_INDICATOR_RST},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Rig *rig = begin();

        PLAY(rig, 110, GOOD, {cases[i].text, 0, G_MAXINT64, 40});
        expect(rig, cases[i].indicator, 0);
        PLAY(rig, 150, GOOD, {cases[i].text, 120, G_MAXINT64, 20});
        expect(rig, cases[i].indicator, 1);
        end(rig);
    }
}

static void
two_sections_of_one_table_may_follow_at_once(void)
{
    Rig *rig = begin();

    PLAY(rig, 5000, GOOD, {PRESENT, 0, G_MAXINT64, 1000}, {FOLLOWING, 0, G_MAXINT64, 1000});
    expect(rig, TS_INDICATOR_EIT_ACTUAL, 0);
    expect(rig, TS_INDICATOR_EIT_PF, 0);
    end(rig);
}

static void
present_without_following_is_an_error(void)
{
    Rig *rig = begin();

    PLAY(rig, 10000, GOOD, {PRESENT, 0, G_MAXINT64, 1000});
    expect(rig, TS_INDICATOR_EIT_PF, 1);
    expect(rig, TS_INDICATOR_EIT_ACTUAL, 0);
    g_assert_true(is_active(rig, TS_INDICATOR_EIT_PF));
    end(rig);
}

static void
a_foreign_table_is_an_error_where_the_right_one_was_seen(void)
{
    Rig *rig = begin();

    PLAY(rig, 40, GOOD);
    push(rig, "section pid=16 table=66 tsid=1 body=0001ff");
    expect(rig, TS_INDICATOR_NIT_ACTUAL, 0);
    push(rig, NIT "\nsection pid=16 table=66 tsid=1 body=0001ff\n"
                  "section pid=16 table=114 tsid=1 body=0001ff");
    expect(rig, TS_INDICATOR_NIT_ACTUAL, 1);
    expect(rig, TS_INDICATOR_NIT, 1);
    push(rig, SDT "\nsection pid=17 table=64 tsid=1 body=f000f000");
    expect(rig, TS_INDICATOR_SDT_ACTUAL, 1);
    push(rig, PRESENT "\nsection pid=18 table=64 tsid=1 body=f000f000");
    expect(rig, TS_INDICATOR_EIT_ACTUAL, 1);
    push(rig, TDT "\nsection pid=20 table=64 tsid=1 body=f000f000");
    expect(rig, TS_INDICATOR_TDT, 1);
    end(rig);
}

static void
a_pause_of_the_stream_is_no_absence_of_its_tables(void)
{
    Rig *rig = begin();

    PLAY(rig, 1000, GOOD, {SDT, 0, G_MAXINT64, 1000});
    rig->now_ms = 60000;
    PLAY(rig, 62000, GOOD, {SDT, 0, G_MAXINT64, 1000});
    for (guint i = 0; i < TS_INDICATOR_COUNT; i++)
        expect(rig, i, 0);
    end(rig);
}

static void
sections_that_a_new_version_does_not_have_are_not_missed(void)
{
    const char *second = "section pid=16 table=64 tsid=1 number=1 last=1 body=f000f000";
    const char *first = "section pid=16 table=64 tsid=1 number=0 last=1 body=f000f000";
    const char *alone = "section pid=16 table=64 tsid=1 version=1 body=f000f000";
    Rig *rig = begin();

    PLAY(rig, 60000, GOOD, {first, 0, 1, 1}, {second, 40, 41, 1}, {alone, 5000, G_MAXINT64, 5000});
    expect(rig, TS_INDICATOR_NIT_ACTUAL, 0);
    end(rig);
}

static void
a_wrong_crc_counts_for_its_pid(void)
{
    Rig *rig = begin();

    PLAY(rig, 40, GOOD);
    push(rig, "pmt pid=256 service=1 broken pcr=300 27:300");
    expect(rig, TS_INDICATOR_CRC, 1);
    g_assert_cmpuint(rig->analyser->pids[256]->errors[TS_INDICATOR_CRC].count, ==, 1);
    end(rig);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ts/rules/good", a_good_stream_without_si_has_no_error_and_judges_no_si);
    g_test_add_func("/ts/rules/pat",
                    an_absent_pat_counts_once_and_shows_for_as_long_as_it_is_missing);
    g_test_add_func("/ts/rules/late", a_pat_that_comes_late_counts_each_time);
    g_test_add_func("/ts/rules/pmt", an_absent_or_scrambled_pmt_is_an_error_of_its_pid);
    g_test_add_func("/ts/rules/pid-0",
                    foreign_sections_and_scrambling_on_pid_0_are_errors_of_the_pat);
    g_test_add_func("/ts/rules/cat", scrambled_packets_need_a_cat);
    g_test_add_func("/ts/rules/si", si_that_was_seen_must_come_again);
    g_test_add_func("/ts/rules/vanished",
                    a_table_that_vanished_counts_once_and_a_foreign_one_is_forgotten);
    g_test_add_func("/ts/rules/close", sections_too_close_to_each_other_are_errors);
    g_test_add_func("/ts/rules/together", two_sections_of_one_table_may_follow_at_once);
    g_test_add_func("/ts/rules/pair", present_without_following_is_an_error);
    g_test_add_func("/ts/rules/places", a_foreign_table_is_an_error_where_the_right_one_was_seen);
    g_test_add_func("/ts/rules/pause", a_pause_of_the_stream_is_no_absence_of_its_tables);
    g_test_add_func("/ts/rules/shorter", sections_that_a_new_version_does_not_have_are_not_missed);
    g_test_add_func("/ts/rules/crc", a_wrong_crc_counts_for_its_pid);
    return g_test_run();
}
