/* Recorded reports of a worker under the site's calendar: what is expected is right, its absence is
 * the fault, and planned work is quiet. */
#include <string.h>

#include "appliance/supervisor/calendar-desk.h"
#include "tests/replay/desk.h"

#define BEGIN 1000 /* s: when everything starts; the boot clock is the wall clock */

static void
set_up(Desk *desk, gconstpointer unused)
{
    desk_init(desk);
}

static void
tear_down(Desk *desk, gconstpointer unused)
{
    desk_clear(desk);
}

/* One entry for channel one, from @from_s to @until_s. */
static void
plan(Desk *desk, CalendarKind kind, int64_t from_s, int64_t until_s)
{
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(from_s);
    g_autoptr(GDateTime) until = g_date_time_new_from_unix_utc(until_s);
    g_autofree char *begin = g_date_time_format(from, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *end = g_date_time_format(until, "%Y-%m-%dT%H:%M:%SZ");
    g_autofree char *json = g_strdup_printf(
        "{\"kind\":\"%s\",\"title\":\"loop\",\"channels\":[\"one\"],\"from\":\"%s\","
        "\"until\":\"%s\"}",
        calendar_kind_name(kind), begin, end);
    g_autoptr(GError) error = NULL;
    g_autoptr(SiteBook) site =
        site_book_with(desk->inventory->site, SITE_CALENDAR, "plan", json, &error);

    g_assert_no_error(error);
    Inventory *next = inventory_with_site(desk->inventory, site);

    inventory_unref(desk->inventory);
    desk->inventory = next;
    records_set_inventory(desk->records, next);
}

/* A second passes: the calendar is looked at, the worker reports whether the picture is black. */
static void
pass(Desk *desk, int64_t at_s, bool black, int64_t since_s)
{
    const AlarmNow now = {.us = at_s * S, .wall_us = at_s * S};
    ChannelRecord *channel = records_find_channel(desk->records, "one");
    const MessageEdge edge = {
        .channel_id = (char *)"one",
        .state = {.fault = FAULT_PICTURE_BLACK, .active = black, .since_us = since_s * S}};

    calendar_desk_step(desk->records, desk->book, desk->ingest, now);
    ingest_edge(desk->ingest, channel->input, &edge, now);
    ingest_step(desk->ingest, now);
}

static void
run(Desk *desk, int64_t from_s, int64_t until_s, bool black, int64_t since_s)
{
    for (int64_t at_s = from_s; at_s < until_s; at_s++)
        pass(desk, at_s, black, since_s);
}

/* What the journal holds above @after, once it shows all that it was given. */
static GPtrArray *
read_events(Desk *desk, uint64_t after)
{
    EventLogStatus status;

    do
        gantry_event_log_get_status(desk->log, &status);
    while (status.visible_seq < status.last_seq);
    return gantry_event_log_read(desk->log, after, 1000);
}

static void
assert_story(Desk *desk, const char *expected)
{
    g_autofree char *told = story(desk);

    g_assert_cmpstr(told, ==, expected);
}

static void
black_that_is_expected_is_right(Desk *desk, gconstpointer unused)
{
    plan(desk, CALENDAR_BLACK, BEGIN, BEGIN + 100);
    run(desk, BEGIN, BEGIN + 100, true, BEGIN - 10);
    assert_story(desk, "");
    /* It stays: from the end on it is a fault, and not before its time. */
    run(desk, BEGIN + 100, BEGIN + 105, true, BEGIN - 10);
    assert_story(desk, "");
    run(desk, BEGIN + 105, BEGIN + 107, true, BEGIN - 10);
    assert_story(desk, "alarm-raised picture-black\n");
}

static void
black_that_is_expected_and_does_not_come_is_the_fault(Desk *desk, gconstpointer unused)
{
    plan(desk, CALENDAR_BLACK, BEGIN, BEGIN + 100);
    run(desk, BEGIN, BEGIN + 30, false, BEGIN - 500);
    assert_story(desk, "");
    run(desk, BEGIN + 30, BEGIN + 40, false, BEGIN - 500);
    assert_story(desk, "alarm-raised expected-missing\n");
    g_autoptr(GPtrArray) events = read_events(desk, 0);

    g_assert_nonnull(strstr(event_at(events, 0)->text, "is not on air: Planned until"));
    g_assert_nonnull(strstr(event_at(events, 0)->text, "black, loop"));
    /* It comes late: that is right from then on. */
    run(desk, BEGIN + 40, BEGIN + 50, true, BEGIN + 40);
    assert_story(desk, "alarm-raised expected-missing\nalarm-cleared expected-missing\n");
}

static void
a_fault_that_is_missing_ends_with_the_window(Desk *desk, gconstpointer unused)
{
    plan(desk, CALENDAR_BLACK, BEGIN, BEGIN + 60);
    run(desk, BEGIN, BEGIN + 60, false, BEGIN - 500);
    assert_story(desk, "alarm-raised expected-missing\n");
    run(desk, BEGIN + 60, BEGIN + 70, false, BEGIN - 500);
    assert_story(desk, "alarm-raised expected-missing\nalarm-cleared expected-missing\n");
}

static void
planned_work_is_judged_and_told_to_the_journal_but_quiet(Desk *desk, gconstpointer unused)
{
    plan(desk, CALENDAR_MAINTENANCE, BEGIN, BEGIN + 60);
    run(desk, BEGIN, BEGIN + 59, true, BEGIN);
    g_autoptr(GPtrArray) events = read_events(desk, 0);

    g_assert_cmpuint(events->len, ==, 2); /* raised, and worse after 15 s */
    g_assert_cmpint(event_at(events, 0)->quiet, ==, QUIET_MAINTENANCE);
    g_assert_cmpint(event_at(events, 1)->quiet, ==, QUIET_MAINTENANCE);
    run(desk, BEGIN + 59, BEGIN + 62, true, BEGIN);
    g_autoptr(GPtrArray) more = read_events(desk, 2);

    g_assert_cmpuint(more->len, ==, 1);
    g_assert_cmpint(event_at(more, 0)->kind, ==, EVENT_ALARM_UPDATED);
    g_assert_cmpint(event_at(more, 0)->quiet, ==, QUIET_NONE);
    g_assert_cmpstr(event_at(more, 0)->note, ==, "The planned work is over");
}

static void
a_restart_inside_planned_work_stays_quiet(Desk *desk, gconstpointer unused)
{
    plan(desk, CALENDAR_MAINTENANCE, BEGIN, BEGIN + 100);
    run(desk, BEGIN, BEGIN + 30, true, BEGIN);
    desk_close(desk);
    desk_open(desk);
    alarm_book_resume(desk->book, (AlarmNow){.us = (BEGIN + 40) * S, .wall_us = (BEGIN + 40) * S});
    run(desk, BEGIN + 40, BEGIN + 99, true, BEGIN);
    g_autoptr(GPtrArray) events = read_events(desk, 0);

    for (guint i = 0; i < events->len; i++)
        g_assert_cmpint(event_at(events, i)->quiet, ==, QUIET_MAINTENANCE);
    run(desk, BEGIN + 99, BEGIN + 102, true, BEGIN);
    g_autoptr(GPtrArray) more = read_events(desk, events->len);

    g_assert_cmpuint(more->len, ==, 1);
    g_assert_cmpint(event_at(more, 0)->quiet, ==, QUIET_NONE);
}

static void
work_that_ended_while_gantryd_was_down_is_told_to_be_over(Desk *desk, gconstpointer unused)
{
    plan(desk, CALENDAR_MAINTENANCE, BEGIN, BEGIN + 100);
    run(desk, BEGIN, BEGIN + 30, true, BEGIN);
    g_autoptr(GPtrArray) before = read_events(desk, 0);

    desk_close(desk);
    desk_open(desk);
    alarm_book_resume(desk->book,
                      (AlarmNow){.us = (BEGIN + 200) * S, .wall_us = (BEGIN + 200) * S});
    run(desk, BEGIN + 200, BEGIN + 203, true, BEGIN);
    g_autoptr(GPtrArray) more = read_events(desk, before->len);

    g_assert_cmpuint(more->len, ==, 1);
    g_assert_cmpint(event_at(more, 0)->kind, ==, EVENT_ALARM_UPDATED);
    g_assert_cmpint(event_at(more, 0)->quiet, ==, QUIET_NONE);
}

#define ADD(name, test) g_test_add("/calendar-replay/" name, Desk, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_LEVEL_CRITICAL); /* a major alarm is logged as a warning */
    ADD("expected", black_that_is_expected_is_right);
    ADD("missing", black_that_is_expected_and_does_not_come_is_the_fault);
    ADD("missing-end", a_fault_that_is_missing_ends_with_the_window);
    ADD("work", planned_work_is_judged_and_told_to_the_journal_but_quiet);
    ADD("work-down", work_that_ended_while_gantryd_was_down_is_told_to_be_over);
    ADD("work-restart", a_restart_inside_planned_work_stays_quiet);
    return g_test_run();
}
