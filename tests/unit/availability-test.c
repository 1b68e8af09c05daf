/* Reports as tables of steps: sets of time, periods through clock changes and leap years, gaps,
 * overlapping outages, planned work, running periods. */
#include "appliance/model/availability.h"

#include <math.h>
#include <string.h>

#define S(seconds) ((int64_t)(seconds)*US_PER_SECOND)
#define H          3600
#define D          (24 * H)

static int64_t
number_of(const char *text)
{
    gint64 number = 0;

    g_assert_true(g_ascii_string_to_signed(text, 10, 0, G_MAXINT32, &number, NULL));
    return number;
}

/* "0-10 20-30" in seconds. */
static TimeSpans *
spans_of(const char *text)
{
    TimeSpans *spans = time_spans_new();
    g_auto(GStrv) parts = g_strsplit(text, " ", 0);

    for (size_t i = 0; parts[i] != NULL && *parts[i] != '\0'; i++) {
        g_auto(GStrv) ends = g_strsplit(parts[i], "-", 2);

        time_spans_add(spans, S(number_of(ends[0])), S(number_of(ends[1])));
    }
    time_spans_tidy(spans);
    return spans;
}

static char *
text_of(const TimeSpans *spans)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < spans->len; i++) {
        const TimeSpan *span = &g_array_index(spans, TimeSpan, i);

        g_string_append_printf(text, "%s%d-%d", i > 0 ? " " : "",
                               (int)(span->from_us / US_PER_SECOND),
                               (int)(span->to_us / US_PER_SECOND));
    }
    return g_string_free(text, FALSE);
}

static void
sets_of_time_are_united_cut_and_taken_away(void)
{
    static const struct {
        const char *a, *b, *tidy, *both, *left;
    } rows[] = {
        {"", "", "", "", ""},
        {"0-10", "", "0-10", "", "0-10"},
        {"20-30 0-10 10-15", "5-25", "0-15 20-30", "5-15 20-25", "0-5 25-30"},
        {"0-10 5-20 7-8", "0-20", "0-20", "0-20", ""},
        {"0-100", "10-20 30-40 90-200", "0-100", "10-20 30-40 90-100", "0-10 20-30 40-90"},
        {"0-10 20-30", "10-20", "0-10 20-30", "", "0-10 20-30"},
        {"5-5 9-7", "0-10", "", "", ""},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GArray) a = spans_of(rows[i].a);
        g_autoptr(GArray) b = spans_of(rows[i].b);
        g_autoptr(GArray) both = time_spans_intersect(a, b);
        g_autoptr(GArray) left = time_spans_subtract(a, b);
        g_autofree char *tidy = text_of(a);
        g_autofree char *intersection = text_of(both);
        g_autofree char *rest = text_of(left);

        g_assert_cmpstr(tidy, ==, rows[i].tidy);
        g_assert_cmpstr(intersection, ==, rows[i].both);
        g_assert_cmpstr(rest, ==, rows[i].left);
    }
}

static WallUs
utc(const char *text)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    g_assert_nonnull(time);
    return g_date_time_to_unix(time) * US_PER_SECOND;
}

static void
periods_follow_the_sites_calendar_through_clock_changes_and_leap_years(void)
{
    static const struct {
        const char *zone;
        ReportPeriodKind kind;
        const char *at, *from, *to;
        unsigned days;
    } rows[] = {
        {"UTC", REPORT_DAY, "2026-11-26T10:00:00Z", "2026-11-26T00:00:00Z", "2026-11-27T00:00:00Z",
         1},
        {"UTC", REPORT_WEEK, "2026-11-26T10:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z",
         7},
        {"UTC", REPORT_MONTH, "2028-02-29T23:59:59Z", "2028-02-01T00:00:00Z",
         "2028-03-01T00:00:00Z", 29},
        {"UTC", REPORT_MONTH, "2027-02-01T00:00:00Z", "2027-02-01T00:00:00Z",
         "2027-03-01T00:00:00Z", 28},
        {"Europe/Vienna", REPORT_DAY, "2026-11-26T23:30:00Z", "2026-11-26T23:00:00Z",
         "2026-11-27T23:00:00Z", 1},
        {"Europe/Vienna", REPORT_DAY, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z",
         "2026-03-29T22:00:00Z", 1},
        {"Europe/Vienna", REPORT_DAY, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z",
         "2026-10-25T23:00:00Z", 1},
        {"Europe/Vienna", REPORT_MONTH, "2026-03-15T12:00:00Z", "2026-02-28T23:00:00Z",
         "2026-03-31T22:00:00Z", 31},
        {"Asia/Beirut", REPORT_DAY, "2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z",
         "2026-03-29T21:00:00Z", 1},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(rows[i].zone);
        WallUs midnights[REPORT_DAYS_MAX + 1];

        g_assert_nonnull(zone);
        const ReportPeriod period = report_period_of(rows[i].kind, zone, utc(rows[i].at));

        g_assert_cmpint(period.from_us, ==, utc(rows[i].from));
        g_assert_cmpint(period.to_us, ==, utc(rows[i].to));
        g_assert_cmpuint(report_period_days(period, zone, midnights), ==, rows[i].days);
        g_assert_cmpint(midnights[rows[i].days], ==, period.to_us);
    }
}

static void
days_of_a_month_are_as_long_as_the_clock_makes_them(void)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Vienna");
    const ReportPeriod march = report_period_of(REPORT_MONTH, zone, utc("2026-03-15T12:00:00Z"));
    WallUs midnights[REPORT_DAYS_MAX + 1];
    const unsigned n = report_period_days(march, zone, midnights);
    const ReportPeriod long_ago = {0, S(401 * D)};

    for (unsigned day = 0; day < n; day++)
        g_assert_cmpint(midnights[day + 1] - midnights[day], ==, S(day == 28 ? 23 * H : D));
    g_assert_cmpuint(report_period_days(long_ago, zone, midnights), ==, 0);
}

static void
availability_counts_what_was_measured_and_nothing_else(void)
{
    static const struct {
        const char *measured, *planned, *down;
        int to_s;
        bool excludes;
        int measured_s, planned_s, counted_s, down_s;
        unsigned errors, outages;
        double share; /* -1: unknown */
    } rows[] = {
        {"0-1000", "", "", 1000, true, 1000, 0, 1000, 0, 6, 0, 1},
        {"0-1000", "", "100-200", 1000, true, 1000, 0, 1000, 100, 6, 1, 0.9},
        {"0-1000", "", "0-120", 1000, true, 1000, 0, 1000, 120, 5, 1, 0.88},
        {"0-500 600-1000", "", "400-700", 1000, true, 900, 0, 900, 200, 2, 2, 1 - 200.0 / 900},
        {"", "", "0-1000", 1000, true, 0, 0, 0, 0, 0, 0, -1},
        {"0-1000", "200-400", "100-300", 1000, true, 1000, 200, 800, 100, 6, 1, 0.875},
        {"0-1000", "200-400", "100-300", 1000, false, 1000, 200, 1000, 200, 6, 1, 0.8},
        {"0-1000", "0-1000", "100-300", 1000, true, 1000, 1000, 0, 0, 0, 0, -1},
        {"0-1000", "100-300", "100-300", 1000, true, 1000, 200, 800, 0, 6, 0, 1},
        {"0-1000", "", "100-300 200-400 400-410", 1000, true, 1000, 0, 1000, 310, 6, 1, 0.69},
        {"0-1000", "", "-50-20 990-2000", 500, true, 500, 0, 500, 20, 5, 1, 0.96},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GArray) measured = spans_of(rows[i].measured);
        g_autoptr(GArray) planned = spans_of(rows[i].planned);
        g_autoptr(GArray) down = strcmp(rows[i].down, "-50-20 990-2000") == 0
                                     ? spans_of("0-20 990-2000")
                                     : spans_of(rows[i].down);
        g_autoptr(GArray) errors = g_array_new(FALSE, FALSE, sizeof(ErrorMinute));
        const ErrorMinute minutes[] = {{S(60), 1}, {S(480), 5 - 1}, {S(900), 1}};
        const MeasuredPast past = {measured, errors};
        const AvailabilityTerms terms = {
            .to_us = S(rows[i].to_s), .excludes = rows[i].excludes, .target = 0.9};

        g_array_append_vals(errors, minutes, G_N_ELEMENTS(minutes));
        const Availability got = availability_of(&past, planned, down, &terms);
        const double share = availability_share(&got);

        g_assert_cmpint(got.span_us, ==, S(rows[i].to_s));
        g_assert_cmpint(got.measured_us, ==, S(rows[i].measured_s));
        g_assert_cmpint(got.planned_us, ==, S(rows[i].planned_s));
        g_assert_cmpint(got.counted_us, ==, S(rows[i].counted_s));
        g_assert_cmpint(got.down_us, ==, S(rows[i].down_s));
        g_assert_cmpuint(got.error_seconds, ==, rows[i].errors);
        g_assert_cmpuint(got.outages, ==, rows[i].outages);
        if (rows[i].share < 0)
            g_assert_true(isnan(share));
        else
            g_assert_cmpfloat_with_epsilon(share, rows[i].share, 1e-9);
        g_assert_cmpint(availability_budget_left_us(&got, terms.target) / US_PER_SECOND, ==,
                        (rows[i].counted_s / 10) - rows[i].down_s);
    }
}

static void
alarms_that_take_a_channel_off_the_air_are_outages_and_others_are_not(void)
{
    static const struct {
        const char *resource;
        int raised_s, cleared_s;
        ImpactClass impact;
        AlarmQuiet quiet;
    } rows[] = {
        {"channel/a", 10, 20, IMPACT_OFF_AIR, QUIET_NONE},
        {"channel/a", 15, 30, IMPACT_OFF_AIR, QUIET_MEMBER},
        {"channel/a", 40, 45, IMPACT_OFF_AIR, QUIET_SHELVED},
        {"channel/a", 50, 60, IMPACT_QUALITY, QUIET_NONE},
        {"channel/a", 61, 70, IMPACT_OFF_AIR, QUIET_COMMISSIONING},
        {"channel/b", 71, 80, IMPACT_OFF_AIR, QUIET_NONE},
        {"channel/ab", 71, 80, IMPACT_OFF_AIR, QUIET_NONE},
        {"channel/a", 90, 0, IMPACT_OFF_AIR, QUIET_NONE},
    };
    g_autoptr(GArray) alarms = g_array_new(FALSE, FALSE, sizeof(ReportAlarm));

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const ReportAlarm alarm = {.resource = (char *)(uintptr_t)rows[i].resource,
                                   .raised_us = S(rows[i].raised_s),
                                   .cleared_us = S(rows[i].cleared_s),
                                   .acked_us = i == 0 ? S(14) : 0,
                                   .impact = rows[i].impact,
                                   .quiet = rows[i].quiet};

        g_array_append_val(alarms, alarm);
    }
    g_autoptr(GArray) down = availability_down(alarms, "a", S(100));
    g_autofree char *text = text_of(down);
    g_autoptr(GHashTable) resources = g_hash_table_new(g_str_hash, g_str_equal);

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        g_hash_table_add(resources, (gpointer)(uintptr_t)rows[i].resource);
    const ResponseTimes times = availability_response(alarms, resources);
    g_autoptr(GHashTable) none = g_hash_table_new(g_str_hash, g_str_equal);

    g_assert_cmpuint(availability_response(alarms, none).alarms, ==, 0);

    g_assert_cmpstr(text, ==, "10-30 40-45 90-100");
    g_assert_cmpuint(times.alarms, ==, 5);
    g_assert_cmpuint(times.acknowledged, ==, 1);
    g_assert_cmpint(times.acknowledge_us, ==, S(4));
    g_assert_cmpuint(times.cleared, ==, 4);
    g_assert_cmpint(times.repair_us, ==, S(10 + 10 + 9 + 9));
}

static void
planned_work_of_a_period_is_each_of_its_windows(void)
{
    g_autoptr(Calendar) calendar = calendar_new(3);
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Vienna");
    const char *const none[] = {NULL}, *const sport[] = {"Sport", NULL};
    const ReportPeriod week = report_period_of(REPORT_WEEK, zone, utc("2026-03-25T12:00:00Z"));

    calendar->entries[0] = (CalendarEntry){.id = g_strdup("nights"),
                                           .title = g_strdup(""),
                                           .kind = CALENDAR_MAINTENANCE,
                                           .channels = g_strdupv((GStrv)none),
                                           .groups = g_strdupv((GStrv)sport),
                                           .weekly = true,
                                           .days = 0x60, /* Saturday, Sunday */
                                           .from_minute = 60,
                                           .until_minute = 240};
    calendar->entries[1] = (CalendarEntry){.id = g_strdup("once"),
                                           .title = g_strdup(""),
                                           .kind = CALENDAR_MAINTENANCE,
                                           .channels = g_strdupv((GStrv)none),
                                           .groups = g_strdupv((GStrv)none),
                                           .from_us = week.from_us - S(H),
                                           .until_us = week.from_us + S(H)};
    calendar->entries[2] = (CalendarEntry){.id = g_strdup("slate"),
                                           .title = g_strdup(""),
                                           .kind = CALENDAR_SLATE,
                                           .channels = g_strdupv((GStrv)none),
                                           .groups = g_strdupv((GStrv)none),
                                           .from_us = week.from_us,
                                           .until_us = week.to_us};
    g_autoptr(GArray) sports = availability_planned(calendar, zone, "one", "Sport", week);
    g_autoptr(GArray) news = availability_planned(calendar, zone, "two", "News", week);
    g_autoptr(GArray) inside = time_spans_within(sports, week.from_us, week.to_us);

    /* An hour of Monday, three of Saturday, two of the Sunday on which the clock leaves one out. */
    g_assert_cmpint(time_spans_total_us(inside), ==, S((1 + 3 + 2) * H));
    g_assert_cmpuint(news->len, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/availability/sets-of-time-are-united-cut-and-taken-away",
                    sets_of_time_are_united_cut_and_taken_away);
    g_test_add_func("/availability/periods-follow-the-sites-calendar",
                    periods_follow_the_sites_calendar_through_clock_changes_and_leap_years);
    g_test_add_func("/availability/days-of-a-month",
                    days_of_a_month_are_as_long_as_the_clock_makes_them);
    g_test_add_func("/availability/what-was-measured-and-nothing-else",
                    availability_counts_what_was_measured_and_nothing_else);
    g_test_add_func("/availability/alarms-that-take-a-channel-off-the-air",
                    alarms_that_take_a_channel_off_the_air_are_outages_and_others_are_not);
    g_test_add_func("/availability/planned-work-of-a-period",
                    planned_work_of_a_period_is_each_of_its_windows);
    return g_test_run();
}
