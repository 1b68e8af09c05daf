/* What another profile would have made of a day: the same as if it had judged live. */
#include <glib.h>

#include "appliance/model/alarm-book.h"
#include "appliance/model/profile-simulate.h"

#define S(x) ((MonoUs)((x) * (double)US_PER_SECOND))
#define DAY  S(24 * 3600)

typedef struct {
    FaultHistory *history;
    ProfileBook *book;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->history = g_new0(FaultHistory, 1);
    fixture->book = profile_book_empty();
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    g_free(fixture->history);
    profile_book_unref(fixture->book);
}

static void
state(Fixture *fixture, FaultId fault, double from_s, double to_s, double value)
{
    fault_history_state(fixture->history, fault, true, value, S(from_s), S(from_s));
    fault_history_state(fixture->history, fault, false, 0, S(to_s), S(to_s));
}

static Simulation
try(Fixture *fixture, const char *profile, double hours, double now_s)
{
    const ProfileWant want = {.profile = profile};
    g_autoptr(AlarmProfile) table = profile_book_resolve(fixture->book, &want);

    return profile_simulate(fixture->history, table, S(hours * 3600), S(now_s));
}

static void
nothing_seen_raises_nothing_and_covers_nothing(Fixture *fixture, gconstpointer unused)
{
    const Simulation result = try(fixture, "news", 24, 100);

    g_assert_cmpuint(result.alarms, ==, 0);
    g_assert_cmpint(result.covers_us, ==, 0);
}

static void
a_stricter_profile_raises_what_a_milder_one_does_not(Fixture *fixture, gconstpointer unused)
{
    static const struct {
        const char *profile;
        unsigned alarms;
        Severity worst;
    } cases[] = {
        {"default", 2, SEVERITY_WARNING}, /* 7 s and 12 s of black */
        {"hd-general", 1, SEVERITY_WARNING},
        {"news", 3, SEVERITY_MAJOR}, /* 4 s, too */
        {"radio", 0, SEVERITY_CLEARED},
    };

    state(fixture, FAULT_PICTURE_BLACK, 100, 104, 0);
    state(fixture, FAULT_PICTURE_BLACK, 200, 207, 0);
    state(fixture, FAULT_PICTURE_BLACK, 300, 312, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Simulation result = try(fixture, cases[i].profile, 24, 1000);

        g_test_message("%s", cases[i].profile);
        g_assert_cmpuint(result.alarms, ==, cases[i].alarms);
        g_assert_cmpuint(result.standing, ==, 0);
        g_assert_cmpuint(result.n_faults, ==, cases[i].alarms > 0 ? 1 : 0);
        if (cases[i].alarms > 0)
            g_assert_cmpint(result.faults[0].worst, ==, cases[i].worst);
    }
}

static void
the_time_that_alarms_stood_is_told(Fixture *fixture, gconstpointer unused)
{
    state(fixture, FAULT_PICTURE_BLACK, 100, 120, 0);
    const Simulation result = try(fixture, "default", 24, 1000);

    g_assert_cmpint(result.faults[0].raised_us, ==, S(123 - 105)); /* clears after 3 s */
    g_assert_cmpint(result.faults[0].last_before_us, ==, S(1000 - 105));
    g_assert_cmpuint(result.by_severity[SEVERITY_MAJOR], ==, 1);
    g_assert_cmpint(result.covers_us, ==, S(900));
}

static void
a_consequence_of_another_fault_is_no_alarm(Fixture *fixture, gconstpointer unused)
{
    fault_history_state(fixture->history, FAULT_NO_PACKETS, true, 0, S(100), S(100));
    fault_history_state(fixture->history, FAULT_VIDEO_MISSING, true, 0, S(100), S(100));
    fault_history_state(fixture->history, FAULT_NO_PACKETS, false, 0, S(160), S(160));
    fault_history_state(fixture->history, FAULT_VIDEO_MISSING, false, 0, S(160), S(160));
    const Simulation result = try(fixture, "default", 24, 1000);

    g_assert_cmpuint(result.alarms, ==, 1);
    g_assert_cmpint(result.faults[0].fault, ==, FAULT_NO_PACKETS);
}

static void
what_stands_at_the_end_and_what_was_before_the_span_is_told_apart(Fixture *fixture,
                                                                  gconstpointer unused)
{
    state(fixture, FAULT_PICTURE_BLACK, 100, 150, 0);
    fault_history_state(fixture->history, FAULT_SOUND_SILENT, true, 0, S(7000), S(7000));
    const Simulation whole = try(fixture, "default", 24, 7200);
    const Simulation hour = try(fixture, "default", 1, 7200);

    g_assert_cmpuint(whole.alarms, ==, 2);
    g_assert_cmpuint(whole.standing, ==, 1);
    g_assert_cmpuint(hour.alarms, ==, 1);
    g_assert_cmpint(hour.covers_us, ==, S(3600));
}

/* As many error-seconds as warn once: the live judge says the same. */
static void
error_seconds_are_counted_as_they_are_live(Fixture *fixture, gconstpointer unused)
{
    static const ProfileSetting lax[] = {{FAULT_CONTINUITY, PROFILE_ERRORS, 3, "few"},
                                         {FAULT_CONTINUITY, PROFILE_ERRORS_SPAN, 10, "few"}};
    static const ProfileSource source = {"lax", "default", "", lax, 2};
    g_autoptr(ProfileBook) book = profile_book_new(&source, 1, NULL, 0, NULL);

    fault_history_state(fixture->history, FAULT_PICTURE_BLACK, false, 0, S(1), S(1));
    for (unsigned i = 0; i < 2; i++)
        fault_history_errors(fixture->history, FAULT_CONTINUITY, S(100 + i));
    for (unsigned i = 0; i < 6; i++)
        fault_history_errors(fixture->history, FAULT_CONTINUITY, S(1000 + i));
    const Simulation strict = try(fixture, "default", 24, 3000);

    g_assert_cmpuint(strict.alarms, ==, 2);
    g_assert_cmpuint(strict.by_severity[SEVERITY_WARNING], ==, 1);
    g_assert_cmpuint(strict.by_severity[SEVERITY_MAJOR], ==, 1);
    profile_book_unref(fixture->book);
    fixture->book = profile_book_ref(book);
    g_assert_cmpuint(try(fixture, "lax", 24, 3000).alarms, ==, 1);
}

static void
n_of_m_folds_a_flicker_into_one_alarm(Fixture *fixture, gconstpointer unused)
{
    static const ProfileSetting slow[] = {{FAULT_PICTURE_BLACK, PROFILE_NEEDED, 5, "flicker"},
                                          {FAULT_PICTURE_BLACK, PROFILE_WINDOW, 10, "flicker"},
                                          {FAULT_PICTURE_BLACK, PROFILE_RAISE, 0, "at once"},
                                          {FAULT_PICTURE_BLACK, PROFILE_CLEAR, 1, "soon"}};
    static const ProfileSource source = {"slow", "default", "", slow, 4};

    profile_book_unref(fixture->book);
    fixture->book = profile_book_new(&source, 1, NULL, 0, NULL);
    for (unsigned i = 0; i < 20; i++)
        state(fixture, FAULT_PICTURE_BLACK, 100.4 + 2 * i, 101.4 + 2 * i, 0);
    g_assert_cmpuint(try(fixture, "slow", 24, 1000).alarms, ==, 1);
}

static void
a_bit_rate_that_falls_is_tried_with_other_limits(Fixture *fixture, gconstpointer unused)
{
    static const ProfileSetting wide[] = {{FAULT_NONE, LIMIT_BITRATE_OFF, 0.6, "swings"}};
    static const ProfileSource source = {"wide", "default", "", wide, 1};

    profile_book_unref(fixture->book);
    fixture->book = profile_book_new(&source, 1, NULL, 0, NULL);
    for (unsigned s = 1; s < 1000; s++)
        fault_history_rate(fixture->history, s > 300 && s <= 400 ? 0.5 : 1, S(s));
    g_assert_cmpuint(try(fixture, "default", 24, 1000).alarms, ==, 1);
    g_assert_cmpuint(try(fixture, "wide", 24, 1000).alarms, ==, 0);
}

static void
the_ring_gives_way_to_the_newest_and_says_from_when_on_it_is_whole(Fixture *fixture,
                                                                   gconstpointer unused)
{
    for (unsigned i = 0; i < HISTORY_EDGES; i++)
        state(fixture, FAULT_PICTURE_BLACK, 100 + 20 * i, 107 + 20 * i, 0);
    const double end_s = 100 + 20.0 * HISTORY_EDGES;
    const MonoUs begin_us = fault_history_begin_us(fixture->history, S(end_s));

    g_assert_cmpuint(fixture->history->n, ==, HISTORY_EDGES);
    g_assert_cmpint(begin_us, >, S(end_s / 2) - S(100));
    g_assert_cmpuint(try(fixture, "default", 24, end_s).alarms, ==, HISTORY_EDGES / 2);
}

static void
what_is_older_than_a_day_gives_way(Fixture *fixture, gconstpointer unused)
{
    state(fixture, FAULT_PICTURE_BLACK, 100, 150, 0);
    state(fixture, FAULT_PICTURE_BLACK, 200 + 86400, 250 + 86400, 0);
    g_assert_cmpuint(fixture->history->n, ==, 2);
    g_assert_cmpint(fault_history_begin_us(fixture->history, S(86460)), >=, S(60));
    g_assert_cmpuint(try(fixture, "default", 24, 86700).alarms, ==, 1);
}

/* A whole day of a channel that is dark for 6 s every minute: the cost is bounded. */
static void
a_busy_day_is_tried_in_less_than_a_second(Fixture *fixture, gconstpointer unused)
{
    for (unsigned i = 0; i < 1000; i++)
        state(fixture, FAULT_PICTURE_BLACK, 100 + 80 * i, 106 + 80 * i, 0);
    for (unsigned s = 1; s < 86400; s += 600)
        fault_history_errors(fixture->history, FAULT_CONTINUITY, S(s));
    Simulation result = {0};
    gint64 took_us = G_MAXINT64;

    for (unsigned run = 0; run < 20 && took_us >= US_PER_SECOND;
         run++) { /* the machine may be busy */
        const gint64 begun = g_get_monotonic_time();

        result = try(fixture, "default", 24, 86400);
        took_us = MIN(took_us, g_get_monotonic_time() - begun);
    }
    g_test_message("%u alarms in %" G_GINT64_FORMAT " us", result.alarms, took_us);
    g_assert_cmpuint(result.alarms, >, 900);
    g_assert_cmpint(took_us, <, US_PER_SECOND);
}

static void
limits_of_measuring_are_told_apart(Fixture *fixture, gconstpointer unused)
{
    const ProfileWant radio = {.profile = "radio"}, news = {.profile = "news"};
    g_autoptr(AlarmProfile) a = profile_book_resolve(fixture->book, &radio);
    g_autoptr(AlarmProfile) b = profile_book_resolve(fixture->book, &news);

    g_assert_true(profile_measures_otherwise(a, b));
    g_assert_false(profile_measures_otherwise(b, alarm_profile_default()));
}

#define ADD(name, test)                                                                            \
    g_test_add("/profile-simulate/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("nothing", nothing_seen_raises_nothing_and_covers_nothing);
    ADD("profiles", a_stricter_profile_raises_what_a_milder_one_does_not);
    ADD("times", the_time_that_alarms_stood_is_told);
    ADD("masks", a_consequence_of_another_fault_is_no_alarm);
    ADD("span", what_stands_at_the_end_and_what_was_before_the_span_is_told_apart);
    ADD("seconds", error_seconds_are_counted_as_they_are_live);
    ADD("n-of-m", n_of_m_folds_a_flicker_into_one_alarm);
    ADD("rate", a_bit_rate_that_falls_is_tried_with_other_limits);
    ADD("ring", the_ring_gives_way_to_the_newest_and_says_from_when_on_it_is_whole);
    ADD("day", what_is_older_than_a_day_gives_way);
    ADD("cost", a_busy_day_is_tried_in_less_than_a_second);
    ADD("limits", limits_of_measuring_are_told_apart);
    return g_test_run();
}
