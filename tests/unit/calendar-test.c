/* The calendar: windows once and weekly, through clock changes, and what they say of channels. */
#include "appliance/model/calendar.h"

#include <glib.h>

#define VIENNA "Europe/Vienna"

static WallUs
utc(const char *text)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    g_assert_nonnull(time);
    return g_date_time_to_unix(time) * US_PER_SECOND;
}

static GTimeZone *
vienna(void)
{
    GTimeZone *zone = g_time_zone_new_identifier(VIENNA);

    g_assert_nonnull(zone); /* package tzdata */
    return zone;
}

static char *
print(WallUs wall_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);

    return g_date_time_format(time, "%Y-%m-%dT%H:%MZ");
}

typedef struct {
    const char *at;
    unsigned days;                    /* bit 0: Monday */
    unsigned from, until;             /* minutes of the day */
    const char *from_utc, *until_utc; /* NULL: no window comes */
    bool active;
} Weekly;

#define HM(hour, minute) ((hour)*60 + (minute))
#define EVERY            0x7fu

static const Weekly weekly[] = {
    /* Winter and summer: the same time of the day. */
    {"2026-01-15T12:00:00Z", EVERY, HM(1, 0), HM(5, 0), "2026-01-16T00:00Z", "2026-01-16T04:00Z",
     false},
    {"2026-07-15T12:00:00Z", EVERY, HM(1, 0), HM(5, 0), "2026-07-15T23:00Z", "2026-07-16T03:00Z",
     false},
    {"2026-01-16T00:00:00Z", EVERY, HM(1, 0), HM(5, 0), "2026-01-16T00:00Z", "2026-01-16T04:00Z",
     true},
    {"2026-01-16T03:59:59Z", EVERY, HM(1, 0), HM(5, 0), "2026-01-16T00:00Z", "2026-01-16T04:00Z",
     true},
    {"2026-01-16T04:00:00Z", EVERY, HM(1, 0), HM(5, 0), "2026-01-17T00:00Z", "2026-01-17T04:00Z",
     false},
    /* The night that is an hour shorter, and the one that is an hour longer. */
    {"2026-03-28T23:59:00Z", EVERY, HM(1, 0), HM(5, 0), "2026-03-29T00:00Z", "2026-03-29T03:00Z",
     false},
    {"2026-10-24T22:59:00Z", EVERY, HM(1, 0), HM(5, 0), "2026-10-24T23:00Z", "2026-10-25T04:00Z",
     false},
    /* From the first time of this name to the last one. */
    {"2026-10-25T00:20:00Z", EVERY, HM(2, 15), HM(2, 45), "2026-10-25T00:15Z", "2026-10-25T01:45Z",
     true},
    {"2026-10-25T01:00:00Z", EVERY, HM(2, 15), HM(2, 45), "2026-10-25T00:15Z", "2026-10-25T01:45Z",
     true},
    /* The half hour that does not happen. */
    {"2026-03-28T12:00:00Z", EVERY, HM(2, 15), HM(2, 45), "2026-03-30T00:15Z", "2026-03-30T00:45Z",
     false},
    /* One that begins in the hour that is left out begins when it is left out. */
    {"2026-03-28T12:00:00Z", EVERY, HM(2, 30), HM(4, 0), "2026-03-29T01:00Z", "2026-03-29T02:00Z",
     false},
    /* Over midnight: the day is that of the begin. 2026-01-16 is a Friday. */
    {"2026-01-16T23:30:00Z", 1u << 4, HM(22, 0), HM(2, 0), "2026-01-16T21:00Z", "2026-01-17T01:00Z",
     true},
    {"2026-01-17T23:30:00Z", 1u << 4, HM(22, 0), HM(2, 0), "2026-01-23T21:00Z", "2026-01-24T01:00Z",
     false},
    /* The same time twice: a whole day. */
    {"2026-01-16T12:00:00Z", 1u << 4, HM(0, 0), HM(0, 0), "2026-01-15T23:00Z", "2026-01-16T23:00Z",
     true},
    /* Never. */
    {"2026-01-16T12:00:00Z", 0, HM(1, 0), HM(5, 0), NULL, NULL, false},
};

static void
weekly_windows_follow_the_time_of_the_day_through_clock_changes(void)
{
    g_autoptr(GTimeZone) zone = vienna();

    for (size_t i = 0; i < G_N_ELEMENTS(weekly); i++) {
        const Weekly *row = &weekly[i];
        const CalendarEntry entry = {.weekly = true,
                                     .days = row->days,
                                     .from_minute = row->from,
                                     .until_minute = row->until};
        WallUs from_us = 0, until_us = 0;
        bool active = false;

        g_test_message("row %zu at %s", i, row->at);
        const bool comes =
            calendar_entry_window(&entry, zone, utc(row->at), &from_us, &until_us, &active);

        g_assert_cmpint(comes, ==, row->from_utc != NULL);
        if (!comes)
            continue;
        g_autofree char *from = print(from_us);
        g_autofree char *until = print(until_us);

        g_assert_cmpstr(from, ==, row->from_utc);
        g_assert_cmpstr(until, ==, row->until_utc);
        g_assert_cmpint(active, ==, row->active);
    }
}

/* Every ten minutes of a year: open exactly while the clock on the wall shows 1:00 to 5:00. */
static void
a_year_of_nights_is_open_when_the_clock_on_the_wall_says_so(void)
{
    g_autoptr(GTimeZone) zone = vienna();
    const CalendarEntry entry = {
        .weekly = true, .days = EVERY, .from_minute = HM(1, 0), .until_minute = HM(5, 0)};
    unsigned open = 0;

    for (WallUs at_us = utc("2026-01-01T00:00:00Z"); at_us < utc("2027-01-01T00:00:00Z");
         at_us += 600 * US_PER_SECOND) {
        g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at_us / US_PER_SECOND);
        g_autoptr(GDateTime) local = g_date_time_to_timezone(time, zone);
        const int hour = g_date_time_get_hour(local);
        WallUs from_us = 0, until_us = 0;
        bool active = false;

        g_assert_true(calendar_entry_window(&entry, zone, at_us, &from_us, &until_us, &active));
        g_assert_cmpint(active, ==, hour >= 1 && hour < 5);
        open += active ? 1 : 0;
    }
    g_assert_cmpuint(open, ==, 365 * 24); /* one night has 3 hours, one has 5 */
}

static void
a_weekly_window_keeps_within_its_first_and_last_day(void)
{
    g_autoptr(GTimeZone) zone = vienna();
    const CalendarEntry entry = {.weekly = true,
                                 .days = EVERY,
                                 .from_minute = HM(1, 0),
                                 .until_minute = HM(5, 0),
                                 .from_us = utc("2026-01-10T02:00:00Z"),
                                 .until_us = utc("2026-01-12T03:00:00Z")};
    WallUs from_us = 0, until_us = 0;
    bool active = false;

    g_assert_true(calendar_entry_window(&entry, zone, utc("2026-01-01T00:00:00Z"), &from_us,
                                        &until_us, &active));
    g_assert_cmpint(from_us, ==, utc("2026-01-10T02:00:00Z")); /* its begin cuts the night */
    g_assert_cmpint(until_us, ==, utc("2026-01-10T04:00:00Z"));
    g_assert_false(active);
    g_assert_true(calendar_entry_window(&entry, zone, utc("2026-01-12T02:00:00Z"), &from_us,
                                        &until_us, &active));
    g_assert_cmpint(until_us, ==, utc("2026-01-12T03:00:00Z"));
    g_assert_true(active);
    g_assert_false(calendar_entry_window(&entry, zone, utc("2026-01-12T03:00:00Z"), &from_us,
                                         &until_us, &active));
}

static void
a_window_that_comes_once_comes_once(void)
{
    g_autoptr(GTimeZone) zone = vienna();
    const CalendarEntry entry = {.from_us = utc("2026-01-10T02:00:00Z"),
                                 .until_us = utc("2026-01-10T04:00:00Z")};
    WallUs from_us = 0, until_us = 0;
    bool active = true;

    g_assert_true(calendar_entry_window(&entry, zone, utc("2026-01-10T01:59:59Z"), &from_us,
                                        &until_us, &active));
    g_assert_false(active);
    g_assert_true(calendar_entry_window(&entry, zone, utc("2026-01-10T02:00:00Z"), &from_us,
                                        &until_us, &active));
    g_assert_true(active);
    g_assert_false(calendar_entry_window(&entry, zone, utc("2026-01-10T04:00:00Z"), &from_us,
                                         &until_us, &active));
}

static void
add(Calendar *calendar,
    size_t at,
    const char *id,
    CalendarKind kind,
    const char *channel,
    const char *group)
{
    const char *const channels[] = {channel, NULL};
    const char *const groups[] = {group, NULL};

    calendar->entries[at] = (CalendarEntry){
        .id = g_strdup(id),
        .title = g_strdup(""),
        .kind = kind,
        .channels = g_strdupv((char **)channels),
        .groups = g_strdupv((char **)groups),
        .from_us = 1 * US_PER_SECOND,
        .until_us = (WallUs)(100 + at) * US_PER_SECOND,
    };
}

static void
it_says_what_concerns_a_channel_and_the_work_that_ends_last(void)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
    g_autoptr(Calendar) calendar = calendar_new(5);

    add(calendar, 0, "a", CALENDAR_MAINTENANCE, "one", NULL);
    add(calendar, 1, "b", CALENDAR_MAINTENANCE, NULL, "News");
    add(calendar, 2, "c", CALENDAR_BLACK, "two", NULL);
    add(calendar, 3, "d", CALENDAR_TABLES, NULL, NULL);
    add(calendar, 4, "e", CALENDAR_SLATE, "two", NULL);
    g_auto(CalendarNow) now = calendar_now(calendar, zone, 50 * US_PER_SECOND);
    const CalendarSays one = calendar_says(&now, "one", "News");
    const CalendarSays two = calendar_says(&now, "two", "Sport");

    g_assert_cmpstr(one.work->id, ==, "b");
    g_assert_cmpint(one.work_until_us, ==, 101 * US_PER_SECOND);
    g_assert_cmpint(one.expected, ==, FAULT_NONE);
    g_assert_null(two.work);
    g_assert_cmpint(two.expected, ==, FAULT_PICTURE_BLACK);
    g_assert_cmpstr(two.content_name, ==, "black");
    g_assert_nonnull(two.tables);
}

static void
what_comes_along_with_expected_content_is_no_fault_either(void)
{
    g_assert_true(calendar_excuses(FAULT_PICTURE_BLACK, FAULT_PICTURE_BLACK));
    g_assert_true(calendar_excuses(FAULT_PICTURE_BLACK, FAULT_PICTURE_FROZEN));
    g_assert_true(calendar_excuses(FAULT_SLATE_SHOWN, FAULT_PICTURE_FROZEN));
    g_assert_false(calendar_excuses(FAULT_SLATE_SHOWN, FAULT_PICTURE_BLACK));
    g_assert_false(calendar_excuses(FAULT_SOUND_SILENT, FAULT_PICTURE_BLACK));
    g_assert_false(calendar_excuses(FAULT_SOUND_SILENT, FAULT_NO_PACKETS));
    g_assert_false(calendar_excuses(FAULT_NONE, FAULT_PICTURE_BLACK));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/calendar/weekly",
                    weekly_windows_follow_the_time_of_the_day_through_clock_changes);
    g_test_add_func("/calendar/year", a_year_of_nights_is_open_when_the_clock_on_the_wall_says_so);
    g_test_add_func("/calendar/limits", a_weekly_window_keeps_within_its_first_and_last_day);
    g_test_add_func("/calendar/once", a_window_that_comes_once_comes_once);
    g_test_add_func("/calendar/says", it_says_what_concerns_a_channel_and_the_work_that_ends_last);
    g_test_add_func("/calendar/excuses", what_comes_along_with_expected_content_is_no_fault_either);
    return g_test_run();
}
