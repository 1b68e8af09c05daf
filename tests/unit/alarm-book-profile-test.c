/* The alarm book under profiles: a resource's own rules, kinds of freeze, impact, and a year of an
 * alarm's life in which wall time is set wrong again and again. */
#include <glib.h>
#include <string.h>

#include "appliance/model/alarm-book.h"

#define CHANNEL "channel/one"
#define S(x)    ((MonoUs)((x) * (double)US_PER_SECOND))
#define HOUR    S(3600)
#define WALL0   INT64_C(1700000000000000)

typedef struct {
    AlarmBook *book;
    GPtrArray *transitions;
    ProfileBook *profiles;
    unsigned ids;
} Fixture;

static char *
count_id(gpointer user_data)
{
    Fixture *fixture = user_data;

    return g_strdup_printf("00000000-0000-4000-8000-%012u", ++fixture->ids);
}

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->book = alarm_book_new(alarm_profile_default(), count_id, fixture);
    fixture->transitions = alarm_transitions_new();
    fixture->profiles = profile_book_empty();
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    alarm_book_free(fixture->book);
    g_ptr_array_unref(fixture->transitions);
    profile_book_unref(fixture->profiles);
}

static AlarmNow
at(double seconds)
{
    return (AlarmNow){.us = S(seconds), .wall_us = WALL0 + S(seconds)};
}

static void
observe(Fixture *fixture, FaultId fault, bool faulty, double value, AlarmNow now)
{
    const Observation observation = {
        .resource = CHANNEL, .fault = fault, .faulty = faulty, .since_us = now.us, .value = value};

    alarm_book_observe(fixture->book, &observation, now, fixture->transitions);
}

static void
step(Fixture *fixture, double seconds)
{
    alarm_book_step(fixture->book, at(seconds), fixture->transitions);
}

/* The last transition, which is forgotten with all before it at the next call. (nullable) */
static const AlarmTransition *
last(Fixture *fixture)
{
    const guint n = fixture->transitions->len;

    return n > 0 ? g_ptr_array_index(fixture->transitions, n - 1) : NULL;
}

static void
use_profile(Fixture *fixture, const char *name)
{
    const ProfileWant want = {.profile = name};
    g_autoptr(AlarmProfile) profile = profile_book_resolve(fixture->profiles, &want);

    alarm_book_set_profile(fixture->book, CHANNEL, profile);
}

static void
a_freeze_with_grain_stays_a_warning_and_one_to_the_bit_gets_worse(Fixture *fixture,
                                                                  gconstpointer unused)
{
    observe(fixture, FAULT_PICTURE_FROZEN, true, FREEZE_VALUE_NOISE, at(10));
    step(fixture, 20);
    g_assert_cmpint(last(fixture)->severity, ==, SEVERITY_WARNING);
    step(fixture, 3600);
    g_assert_cmpuint(fixture->transitions->len, ==, 1);
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, US_NEVER);
    /* The repeats turn exact: it has stood still for long, so it is worse at once. */
    observe(fixture, FAULT_PICTURE_FROZEN, true, FREEZE_VALUE_EXACT, at(3601));
    g_assert_cmpuint(fixture->transitions->len, ==, 2);
    g_assert_cmpint(last(fixture)->severity, ==, SEVERITY_MAJOR);
}

static void
no_new_pictures_get_worse_at_thirty_seconds(Fixture *fixture, gconstpointer unused)
{
    observe(fixture, FAULT_PICTURE_FROZEN, true, FREEZE_VALUE_NO_PTS, at(10));
    step(fixture, 20);
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(40));
    step(fixture, 40);
    g_assert_cmpint(last(fixture)->severity, ==, SEVERITY_MAJOR);
    g_assert_cmpint(last(fixture)->at_us, ==, S(40));
}

static void
an_alarm_says_what_viewers_lose(Fixture *fixture, gconstpointer unused)
{
    observe(fixture, FAULT_NO_PACKETS, true, 0, at(10));
    step(fixture, 11);
    g_assert_cmpint(last(fixture)->impact, ==, IMPACT_OFF_AIR);
    observe(fixture, FAULT_NO_PACKETS, false, 0, at(12));
    step(fixture, 17);
    g_assert_cmpint(last(fixture)->impact, ==, IMPACT_OFF_AIR); /* its clear too */
    observe(fixture, FAULT_SOUND_SILENT, true, 0, at(20));
    step(fixture, 30);
    g_assert_cmpint(last(fixture)->impact, ==, IMPACT_COMPONENT_MISSING);
}

static void
a_resource_is_judged_by_its_own_profile(Fixture *fixture, gconstpointer unused)
{
    use_profile(fixture, "news");
    observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(10));
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(13));
    /* Another one, while it is pending: the delay is that of the new one. */
    use_profile(fixture, "hd-general");
    g_assert_cmpint(alarm_book_deadline_us(fixture->book), ==, S(20));
    step(fixture, 20);
    g_assert_cmpuint(fixture->transitions->len, ==, 1);
}

static void
a_fault_that_is_switched_off_is_never_raised_and_clears_if_it_stood(Fixture *fixture,
                                                                    gconstpointer unused)
{
    observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(10));
    step(fixture, 15);
    g_assert_cmpint(last(fixture)->change, ==, ALARM_CHANGE_RAISED);
    use_profile(fixture, "radio");
    observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(16));
    step(fixture, 19.1);
    g_assert_cmpint(last(fixture)->change, ==, ALARM_CHANGE_CLEARED);
    for (double s = 20; s < 100; s++)
        observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(s));
    step(fixture, 200);
    g_assert_cmpuint(fixture->transitions->len, ==, 2);
}

static void
set_commissioning(Fixture *fixture, bool on, double seconds)
{
    alarm_book_set_commissioning(fixture->book, CHANNEL, on, at(seconds), fixture->transitions);
}

static void
a_new_channel_tells_only_what_takes_it_off_the_air(Fixture *fixture, gconstpointer unused)
{
    set_commissioning(fixture, true, 1);
    observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(10));
    step(fixture, 15);
    g_assert_cmpint(last(fixture)->change, ==, ALARM_CHANGE_RAISED);
    g_assert_cmpint(last(fixture)->quiet, ==, QUIET_COMMISSIONING);
    observe(fixture, FAULT_PICTURE_BLACK, false, 0, at(16));
    step(fixture, 20);
    observe(fixture, FAULT_NO_PACKETS, true, 0, at(30));
    step(fixture, 31);
    g_assert_cmpint(last(fixture)->fault, ==, FAULT_NO_PACKETS);
    g_assert_cmpint(last(fixture)->quiet, ==, QUIET_NONE);
}

static void
picture_and_sound_missing_together_are_off_air(Fixture *fixture, gconstpointer unused)
{
    set_commissioning(fixture, true, 1);
    observe(fixture, FAULT_AUDIO_MISSING, true, 0, at(10));
    step(fixture, 13);
    g_assert_cmpint(last(fixture)->quiet, ==, QUIET_COMMISSIONING);
    observe(fixture, FAULT_VIDEO_MISSING, true, 0, at(14));
    step(fixture, 17);
    g_assert_cmpint(last(fixture)->fault, ==, FAULT_VIDEO_MISSING);
    g_assert_cmpint(last(fixture)->quiet, ==, QUIET_NONE);
}

static void
what_stands_when_the_day_is_over_is_told_once(Fixture *fixture, gconstpointer unused)
{
    set_commissioning(fixture, true, 1);
    observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(10));
    step(fixture, 26);
    g_ptr_array_set_size(fixture->transitions, 0);
    set_commissioning(fixture, false, 30);
    set_commissioning(fixture, false, 31);
    g_assert_cmpuint(fixture->transitions->len, ==, 1);
    g_assert_cmpint(last(fixture)->change, ==, ALARM_CHANGE_UPDATED);
    g_assert_cmpint(last(fixture)->quiet, ==, QUIET_NONE);
}

static void
what_stayed_under_an_alarm_is_noted_once_a_minute(Fixture *fixture, gconstpointer unused)
{
    for (unsigned i = 0; i < 7; i++) { /* 3 s of black every 10 s: an alarm takes 5 */
        observe(fixture, FAULT_PICTURE_BLACK, true, 0, at(10 + 10 * i));
        observe(fixture, FAULT_PICTURE_BLACK, false, 0, at(13 + 10 * i));
    }
    g_assert_cmpuint(fixture->transitions->len, ==, 2);
    const AlarmTransition *first = g_ptr_array_index(fixture->transitions, 0);

    g_assert_cmpint(first->change, ==, ALARM_CHANGE_NOTED);
    g_assert_cmpint(first->since_us, ==, S(10));
    g_assert_cmpint(first->at_us, ==, S(13));
    g_assert_nonnull(strstr(last(fixture)->text, "5 more like it"));
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
    /* A journal with notes in it leaves nothing standing. */
    alarm_book_replay(fixture->book, last(fixture), 7);
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
}

static void
a_flood_of_short_states_makes_a_bounded_number_of_notes(Fixture *fixture, gconstpointer unused)
{
    for (unsigned i = 0; i < 1000; i++) {
        g_autofree char *name = g_strdup_printf("channel/c%u", i);
        Observation seen = {
            .resource = name, .fault = FAULT_PICTURE_BLACK, .faulty = true, .since_us = S(10)};

        alarm_book_observe(fixture->book, &seen, at(10), fixture->transitions);
        seen.faulty = false;
        seen.since_us = S(12);
        alarm_book_observe(fixture->book, &seen, at(12), fixture->transitions);
    }
    g_assert_cmpuint(fixture->transitions->len, ==, 120);
}

/* Wall times that a clock has been seen to show: before 1970 never, but 1970 itself, the end of
 * 32-bit time, and an hour off to either side. */
static WallUs
crazy_wall(unsigned hour)
{
    static const WallUs starts[] = {0, INT64_C(2147483647000000), WALL0, WALL0 + HOUR,
                                    WALL0 - HOUR};

    return starts[hour % G_N_ELEMENTS(starts)] + (WallUs)hour * HOUR;
}

/* A year of an hourly fault of 20 minutes: whatever the clock says, it is raised 5 s after its
 * begin, is worse at 15 s, and clears 3 s after its end. */
static void
a_year_with_a_crazy_clock_changes_no_duration(Fixture *fixture, gconstpointer unused)
{
    for (unsigned hour = 1; hour <= 365 * 24; hour++) {
        const MonoUs begin_us = hour * HOUR, end_us = begin_us + S(1200);
        AlarmNow now = {.us = begin_us, .wall_us = crazy_wall(hour)};

        observe(fixture, FAULT_PICTURE_BLACK, true, 0, now);
        for (now.us = begin_us; now.us <= end_us + S(60); now.us += S(1)) {
            if (now.us == end_us)
                observe(fixture, FAULT_PICTURE_BLACK, false, 0, now);
            now.wall_us = crazy_wall(hour + (unsigned)(now.us / S(1)));
            if (alarm_book_deadline_us(fixture->book) <= now.us)
                alarm_book_step(fixture->book, now, fixture->transitions);
        }
        g_assert_cmpuint(fixture->transitions->len, ==, 3);
        const AlarmTransition *raised = g_ptr_array_index(fixture->transitions, 0);
        const AlarmTransition *worse = g_ptr_array_index(fixture->transitions, 1);

        g_assert_cmpint(raised->at_us, ==, begin_us + S(5));
        g_assert_cmpint(worse->at_us, ==, begin_us + S(15));
        g_assert_cmpint(worse->severity, ==, SEVERITY_MAJOR);
        g_assert_cmpint(last(fixture)->at_us, ==, end_us + S(3));
        g_assert_cmpint(last(fixture)->change, ==, ALARM_CHANGE_CLEARED);
        g_ptr_array_set_size(fixture->transitions, 0);
    }
    g_assert_cmpuint(alarm_book_count_open(fixture->book), ==, 0);
}

#define ADD(name, test)                                                                            \
    g_test_add("/alarm-book-profile/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("noise", a_freeze_with_grain_stays_a_warning_and_one_to_the_bit_gets_worse);
    ADD("no-pts", no_new_pictures_get_worse_at_thirty_seconds);
    ADD("impact", an_alarm_says_what_viewers_lose);
    ADD("own", a_resource_is_judged_by_its_own_profile);
    ADD("off", a_fault_that_is_switched_off_is_never_raised_and_clears_if_it_stood);
    ADD("commissioning", a_new_channel_tells_only_what_takes_it_off_the_air);
    ADD("nothing-left", picture_and_sound_missing_together_are_off_air);
    ADD("day-over", what_stands_when_the_day_is_over_is_told_once);
    ADD("notes", what_stayed_under_an_alarm_is_noted_once_a_minute);
    ADD("notes-flood", a_flood_of_short_states_makes_a_bounded_number_of_notes);
    ADD("year", a_year_with_a_crazy_clock_changes_no_duration);
    return g_test_run();
}
