/* The alarm figures: what counts for people, floods, chatter, and what survives a restart. */
#include "appliance/model/alarm-figures.h"

#include <glib.h>
#include <string.h>

#define MIN_US  (INT64_C(60) * US_PER_SECOND)
#define HOUR_US (60 * MIN_US)
#define WALL0   (INT64_C(1790000400) * US_PER_SECOND) /* the begin of an hour */

typedef struct {
    AlarmFigures *figures;
    uint64_t seq;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
    fixture->figures = alarm_figures_new();
    fixture->seq = 0;
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
    alarm_figures_free(fixture->figures);
}

typedef struct {
    AlarmChange change;
    unsigned alarm; /* its number */
    unsigned resource;
    Severity severity;
    AlarmQuiet quiet;
    const char *actor;
} Told;

static void
tell(Fixture *fixture, Told told, WallUs wall_us)
{
    g_autofree char *id = g_strdup_printf("alarm-%u", told.alarm);
    g_autofree char *resource = g_strdup_printf("channel/%u", told.resource);
    const AlarmTransition transition = {
        .change = told.change,
        .wall_us = wall_us,
        .raised_wall_us = wall_us,
        .alarm_id = id,
        .resource = resource,
        .fault = FAULT_NO_PACKETS,
        .severity = told.severity != SEVERITY_CLEARED ? told.severity : SEVERITY_MAJOR,
        .quiet = told.quiet,
        .actor = (char *)(uintptr_t)(told.actor != NULL ? told.actor : ""),
    };

    alarm_figures_feed(fixture->figures, &transition, ++fixture->seq);
}

static FiguresView *
look(const Fixture *fixture, WallUs wall_us, unsigned positions)
{
    const AlarmPolicy policy = {.positions = positions};

    return alarm_figures_view(fixture->figures, &policy, wall_us);
}

static void
what_people_are_told_of_counts(Fixture *fixture, gconstpointer unused)
{
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 1, 1}, WALL0);
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 2, 2, .quiet = QUIET_SHELVED}, WALL0);
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 3, 3, .quiet = QUIET_MAINTENANCE}, WALL0);
    tell(fixture, (Told){ALARM_CHANGE_UPDATED, 3, 3}, WALL0 + HOUR_US); /* told later */
    tell(fixture, (Told){ALARM_CHANGE_UPDATED, 3, 3}, WALL0 + HOUR_US); /* not twice */
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 4, 4}, WALL0 + HOUR_US);
    tell(fixture, (Told){ALARM_CHANGE_JOINED, 4, 4, .quiet = QUIET_MEMBER}, WALL0 + HOUR_US);
    g_autoptr(FiguresView) view = look(fixture, WALL0 + 2 * HOUR_US, 1);

    g_assert_cmpuint(view->spans[0].raised, ==, 4);
    g_assert_cmpuint(view->spans[0].announced, ==, 2);
    g_assert_cmpfloat(view->spans[0].hours, ==, 2);
    g_assert_cmpfloat(view->spans[0].per_hour, ==, 1);
    g_assert_cmpuint(view->open, ==, 4);
    g_assert_cmpuint(view->n_hours, ==, 2);
    g_assert_cmpuint(view->hours[0].announced, ==, 1);
    g_assert_cmpuint(view->hours[1].announced, ==, 1);
    g_autoptr(FiguresView) two = look(fixture, WALL0 + 2 * HOUR_US, 2);

    g_assert_cmpfloat(two->spans[0].per_hour, ==, 0.5);
}

static void
a_flood_begins_over_ten_and_ends_under_five(Fixture *fixture, gconstpointer unused)
{
    static const unsigned per_period[] = {10, 11, 6, 5, 4, 9, 12, 0};
    unsigned alarm = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(per_period); i++) {
        for (unsigned n = 0; n < per_period[i]; n++, alarm++)
            tell(fixture, (Told){ALARM_CHANGE_RAISED, alarm, alarm},
                 WALL0 + (WallUs)i * FIGURES_PERIOD_US + n);
    }
    g_autoptr(FiguresView) view = look(fixture, WALL0 + 8 * FIGURES_PERIOD_US - 1, 1);

    g_assert_cmpuint(view->spans[0].floods, ==, 2);
    g_assert_cmpfloat_with_epsilon(view->spans[0].flood_share, 4.0 / 8, 1e-9);
    g_assert_cmpuint(view->spans[0].worst, ==, 12);
    g_assert_cmpfloat_with_epsilon(view->spans[0].bad_hours, 1 / (8.0 / 6), 1e-9);
}

static void
three_raises_within_a_minute_are_one_episode_of_chatter(Fixture *fixture, gconstpointer unused)
{
    for (unsigned i = 0; i < 20; i++) { /* each 15 s: five minutes of it */
        tell(fixture, (Told){ALARM_CHANGE_RAISED, i, 7}, WALL0 + i * 15 * US_PER_SECOND);
        tell(fixture, (Told){ALARM_CHANGE_CLEARED, i, 7}, WALL0 + i * 15 * US_PER_SECOND + 5);
    }
    for (unsigned i = 0; i < 3; i++) /* of three channels: none of them chatters */
        tell(fixture, (Told){ALARM_CHANGE_RAISED, 100 + i, i}, WALL0);
    for (unsigned i = 0; i < 3; i++)
        tell(fixture, (Told){ALARM_CHANGE_RAISED, 200 + i, 7},
             WALL0 + HOUR_US + i * 15 * US_PER_SECOND);
    g_autoptr(FiguresView) view = look(fixture, WALL0 + 2 * HOUR_US, 1);

    g_assert_cmpuint(view->spans[0].chattering, ==, 2);
    g_assert_cmpuint(view->n_top, ==, 4);
    g_assert_cmpstr(view->top[0].resource, ==, "channel/7");
    g_assert_cmpuint(view->top[0].count, ==, 23);
    g_assert_cmpint(view->top[0].fault, ==, FAULT_NO_PACKETS);
    g_assert_cmpfloat(view->top_share, ==, 1);
}

static void
an_act_before_the_clear_counts_once(Fixture *fixture, gconstpointer unused)
{
    for (unsigned i = 0; i < 4; i++)
        tell(fixture,
             (Told){ALARM_CHANGE_RAISED, i, i, i == 0 ? SEVERITY_CRITICAL : SEVERITY_WARNING},
             WALL0);
    tell(fixture, (Told){ALARM_CHANGE_ACK, 0, 0, .actor = "anna"}, WALL0 + MIN_US);
    tell(fixture, (Told){ALARM_CHANGE_COMMENT, 0, 0, .actor = "anna"}, WALL0 + MIN_US);
    tell(fixture, (Told){ALARM_CHANGE_CLEARED, 1, 1}, WALL0 + MIN_US);
    tell(fixture, (Told){ALARM_CHANGE_ACK, 1, 1, .actor = "anna"},
         WALL0 + 2 * MIN_US); /* too late */
    tell(fixture, (Told){ALARM_CHANGE_UNACK, 2, 2}, WALL0 + 2 * MIN_US);
    g_autoptr(FiguresView) view = look(fixture, WALL0 + HOUR_US, 1);

    g_assert_cmpfloat(view->spans[0].acted, ==, 0.25);
    g_assert_cmpuint(view->spans[0].high, ==, 1);
    g_assert_cmpuint(view->spans[0].medium, ==, 0);
    g_assert_cmpuint(view->spans[0].low, ==, 3);
}

static void
spans_end_where_they_say(Fixture *fixture, gconstpointer unused)
{
    for (unsigned day = 0; day < 40; day++)
        tell(fixture, (Told){ALARM_CHANGE_RAISED, day, day}, WALL0 + day * 24 * HOUR_US + MIN_US);
    g_autoptr(FiguresView) view = look(fixture, WALL0 + 40 * 24 * HOUR_US - 1, 1);

    g_assert_cmpuint(view->spans[0].announced, ==, 1);
    g_assert_cmpuint(view->spans[1].announced, ==, 7);
    g_assert_cmpuint(view->spans[2].announced, ==, 30);
    g_assert_cmpuint(view->stale, ==, 39);
    g_assert_cmpuint(view->n_hours, ==, 30);
}

static void
a_restart_goes_on_where_the_file_ends_and_counts_nothing_twice(Fixture *fixture,
                                                               gconstpointer unused)
{
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 1, 1}, WALL0);
    g_autoptr(GBytes) bytes = alarm_figures_encode(fixture->figures);

    tell(fixture, (Told){ALARM_CHANGE_RAISED, 2, 2}, WALL0 + MIN_US);
    alarm_figures_free(fixture->figures);
    fixture->figures = alarm_figures_decode(bytes);
    g_assert_nonnull(fixture->figures);
    g_assert_cmpuint(alarm_figures_seq(fixture->figures), ==, 1);
    fixture->seq = 0; /* the journal is read from its begin */
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 1, 1}, WALL0);
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 2, 2}, WALL0 + MIN_US);
    tell(fixture, (Told){ALARM_CHANGE_ACK, 1, 1, .actor = "anna"}, WALL0 + 2 * MIN_US);
    g_autoptr(FiguresView) view = look(fixture, WALL0 + HOUR_US, 1);

    g_assert_cmpuint(view->spans[0].announced, ==, 2);
    g_assert_cmpfloat(view->spans[0].acted, ==, 0.5);
    g_assert_cmpuint(view->n_top, ==, 2);
}

static void
a_file_of_anything_else_is_refused(Fixture *fixture, gconstpointer unused)
{
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 1, 1}, WALL0);
    g_autoptr(GBytes) good = alarm_figures_encode(fixture->figures);
    gsize size = 0;
    const uint8_t *data = g_bytes_get_data(good, &size);

    for (gsize n = 0; n < size; n++) {
        g_autoptr(GBytes) cut = g_bytes_new(data, n);

        g_assert_null(alarm_figures_decode(cut));
    }
    for (gsize i = 0; i < size; i++) { /* may still be figures, must never be trusted blindly */
        g_autofree uint8_t *copy = g_memdup2(data, size);

        copy[i] ^= 0x80;
        g_autoptr(GBytes) changed = g_bytes_new(copy, size);
        g_autoptr(AlarmFigures) figures = alarm_figures_decode(changed);
        const AlarmPolicy policy = {.positions = 1};
        g_autoptr(FiguresView) view =
            figures != NULL ? alarm_figures_view(figures, &policy, WALL0) : NULL;
    }
}

static void
a_clock_that_runs_away_is_left_out(Fixture *fixture, gconstpointer unused)
{
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 1, 1}, WALL0);
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 2, 2}, WALL0 + 3 * 365 * 24 * HOUR_US);
    tell(fixture, (Told){ALARM_CHANGE_RAISED, 3, 3}, US_PER_SECOND); /* 1970 */
    g_autoptr(FiguresView) view = look(fixture, WALL0 + HOUR_US, 1);

    g_assert_cmpuint(view->spans[0].announced, ==, 1);
    g_assert_cmpuint(view->left_out, ==, 2);
}

#define ADD(name, test) g_test_add("/alarm-figures/" name, Fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("told", what_people_are_told_of_counts);
    ADD("flood", a_flood_begins_over_ten_and_ends_under_five);
    ADD("chatter", three_raises_within_a_minute_are_one_episode_of_chatter);
    ADD("acted", an_act_before_the_clear_counts_once);
    ADD("spans", spans_end_where_they_say);
    ADD("restart", a_restart_goes_on_where_the_file_ends_and_counts_nothing_twice);
    ADD("garbage", a_file_of_anything_else_is_refused);
    ADD("clock", a_clock_that_runs_away_is_left_out);
    return g_test_run();
}
