/* Dates by GDateTime, which knows the zone's clock changes. */
#include "appliance/model/report-period.h"

bool
report_period_kind_from_name(const char *name, ReportPeriodKind *ret_kind)
{
    static const char *const names[] = {"day", "week", "month", "custom"};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_strcmp0(name, names[i]) == 0) {
            *ret_kind = (ReportPeriodKind)i;
            return true;
        }
    }
    return false;
}

static GDateTime *
local_of(GTimeZone *zone, WallUs wall_us)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND);

    return g_date_time_to_timezone(utc, zone);
}

/* The begin of the local day that is @days after that of @day: where a clock change leaves midnight
 * out, the first instant after it. */
static WallUs
begin_of_day(GTimeZone *zone, GDateTime *day, int days)
{
    g_autoptr(GDateTime) noon =
        g_date_time_new(zone, g_date_time_get_year(day), g_date_time_get_month(day),
                        g_date_time_get_day_of_month(day), 12, 0, 0);
    g_autoptr(GDateTime) other = g_date_time_add_days(noon, days);
    g_autoptr(GDateTime) midnight =
        g_date_time_new(zone, g_date_time_get_year(other), g_date_time_get_month(other),
                        g_date_time_get_day_of_month(other), 0, 0, 0);

    return g_date_time_to_unix(midnight) * US_PER_SECOND;
}

ReportPeriod
report_period_of(ReportPeriodKind kind, GTimeZone *zone, WallUs wall_us)
{
    g_autoptr(GDateTime) day = local_of(zone, wall_us);
    const int back = kind == REPORT_WEEK    ? g_date_time_get_day_of_week(day) - 1
                     : kind == REPORT_MONTH ? g_date_time_get_day_of_month(day) - 1
                                            : 0;
    const int long_month = g_date_get_days_in_month((GDateMonth)g_date_time_get_month(day),
                                                    (GDateYear)g_date_time_get_year(day));
    const int length = kind == REPORT_WEEK ? 7 : kind == REPORT_MONTH ? long_month : 1;

    return (ReportPeriod){begin_of_day(zone, day, -back), begin_of_day(zone, day, length - back)};
}

unsigned
report_period_days(ReportPeriod period, GTimeZone *zone, WallUs ret_midnights[REPORT_DAYS_MAX + 1])
{
    g_autoptr(GDateTime) first = local_of(zone, period.from_us);
    unsigned n = 0;

    ret_midnights[0] = period.from_us;
    for (int day = 1; ret_midnights[n] < period.to_us; day++) {
        if (n == REPORT_DAYS_MAX)
            return 0;
        ret_midnights[++n] = MIN(begin_of_day(zone, first, day), period.to_us);
    }
    return n;
}
