/* Minutes become spans, errors and hours in the database; few rows come back. */
#include "appliance/stores/report-query.h"

#include <math.h>

#include "appliance/events/event.h"
#include "appliance/stores/mysql-batch.h"

#define MINUTE_US (60 * US_PER_SECOND)
#define HOUR_US   (3600 * US_PER_SECOND)
#define MINUTES   "TIMESTAMPDIFF(MINUTE, '1970-01-01 00:00:00', at)"
#define MICROS(x) "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', " x ")"

/* A minute counts as measured from half of its seconds on; rows from before seconds were counted by
 * their state (1 ok, 2 fault, 4 planned). */
#define MEASURED  "(measured_s >= 30 OR (measured_s IS NULL AND state IN (1, 2, 4)))"
#define OF_PERIOD " FROM health_1m WHERE channel = ? AND at >= ? AND at < ?"

static gint64
integer(const char *cell)
{
    gint64 value = 0;

    if (cell != NULL)
        (void)g_ascii_string_to_signed(cell, 10, G_MININT64, G_MAXINT64, &value, NULL);
    return value;
}

static double
real(const char *cell)
{
    return cell != NULL ? g_ascii_strtod(cell, NULL) : (double)NAN;
}

static void
take_span(const char *const *row, unsigned n, gpointer user_data)
{
    if (n == 2)
        time_spans_add(user_data, integer(row[0]) * MINUTE_US, (integer(row[1]) + 1) * MINUTE_US);
}

static void
take_minute(const char *const *row, unsigned n, gpointer user_data)
{
    const ErrorMinute minute = {n == 2 ? integer(row[0]) * MINUTE_US : 0,
                                n == 2 ? (unsigned)integer(row[1]) : 0};

    g_array_append_val((GArray *)user_data, minute);
}

static void
take_hour(const char *const *row, unsigned n, gpointer user_data)
{
    if (n != 3)
        return;
    const LoudHour hour = {integer(row[0]) * HOUR_US, real(row[1]), real(row[2])};

    g_array_append_val((GArray *)user_data, hour);
}

bool
report_query_past(
    MysqlLink *link, const char *channel, ReportPeriod period, ReportPast *past, GError **error)
{
    char from[MYSQL_TIME_BYTES], to[MYSQL_TIME_BYTES];

    mysql_time_format(period.from_us, from, sizeof from);
    mysql_time_format(period.to_us, to, sizeof to);
    const MysqlValue values[] = {mysql_value_text(channel), mysql_value_text(from),
                                 mysql_value_text(to)};

    if (!mysql_link_execute(link,
                            "SELECT MIN(m), MAX(m) FROM (SELECT " MINUTES " AS m, " MINUTES
                            " - ROW_NUMBER() OVER (ORDER BY at) AS island" OF_PERIOD
                            " AND " MEASURED ") AS minutes GROUP BY island ORDER BY 1",
                            values, G_N_ELEMENTS(values), take_span, past->past.measured, error) ||
        !mysql_link_execute(link,
                            "SELECT " MINUTES ", error_seconds" OF_PERIOD
                            " AND error_seconds > 0 ORDER BY at",
                            values, G_N_ELEMENTS(values), take_minute, past->past.errors, error) ||
        !mysql_link_execute(link,
                            "SELECT TIMESTAMPDIFF(HOUR, '1970-01-01 00:00:00', at) AS h,"
                            " MAX(CASE WHEN MINUTE(at) = 59 THEN loudness_hour_mean END),"
                            " MAX(true_peak_max)" OF_PERIOD " AND loudness_hour_mean IS NOT NULL"
                            " GROUP BY h ORDER BY h",
                            values, G_N_ELEMENTS(values), take_hour, past->hours, error))
        return false;
    time_spans_tidy(past->past.measured);
    return true;
}

static void
take_alarm(const char *const *row, unsigned n, gpointer user_data)
{
    if (n != 6)
        return;
    const ReportAlarm alarm = {.resource = g_strdup(row[0]),
                               .raised_us = integer(row[1]),
                               .cleared_us = integer(row[2]),
                               .acked_us = integer(row[3]),
                               .impact = (ImpactClass)integer(row[4]),
                               .quiet = (AlarmQuiet)integer(row[5])};

    g_array_append_val((GArray *)user_data, alarm);
}

GArray *
report_query_alarms(MysqlLink *link, ReportPeriod period, bool *ret_cut, GError **error)
{
    g_autoptr(GArray) alarms = g_array_new(FALSE, FALSE, sizeof(ReportAlarm));
    char from[MYSQL_TIME_BYTES], to[MYSQL_TIME_BYTES];

    g_array_set_clear_func(alarms, (GDestroyNotify)report_alarm_clear);
    mysql_time_format(period.from_us, from, sizeof from);
    mysql_time_format(period.to_us, to, sizeof to);
    const MysqlValue values[] = {mysql_value_integer(EVENT_ALARM_ACK), mysql_value_text(to),
                                 mysql_value_text(from),
                                 mysql_value_integer(REPORT_ALARMS_MAX + 1)};

    if (!mysql_link_execute(
            link,
            "SELECT a.resource, " MICROS("a.raised_at") ", " MICROS(
                "a.cleared_at") ", "
                                "(SELECT MIN(" MICROS(
                                    "e.at") ") FROM incident_event e WHERE e.alarm_id = a.id AND"
                                            " e.kind = ?), a.impact, a.quiet FROM alarm a WHERE "
                                            "a.resource LIKE 'channel/%'"
                                            " AND a.raised_at < ? AND (a.cleared_at IS NULL OR "
                                            "a.cleared_at > ?)"
                                            " ORDER BY a.raised_at DESC LIMIT ?",
            values, G_N_ELEMENTS(values), take_alarm, alarms, error))
        return NULL;
    *ret_cut = alarms->len > REPORT_ALARMS_MAX;
    if (*ret_cut)
        g_array_set_size(alarms, REPORT_ALARMS_MAX);
    return g_steal_pointer(&alarms);
}
