/* Series and events out of the tables. */
#include "appliance/stores/history-query.h"

#include <math.h>

#include "appliance/stores/history-event-row.h"
#include "appliance/stores/store-thread.h"
#include "pipelines/base/error.h"

#define STEP_10S     INT64_C(10) /* seconds of a row of health_10s */
#define STEP_1M      INT64_C(60)
#define KEPT_10S_US  (7 * 24 * 3600 * US_PER_SECOND)
#define MAX_ROWS_10S 20000 /* longer spans are read from the minutes */
#define SPAN_MAX_US  (400 * 24 * 3600 * US_PER_SECOND)

/* The metric's columns in the health tables, or their common begin; NULL if it is not kept. */
static const char *
column_of(unsigned metric)
{
    switch (metric) {
    case METRIC_BITRATE:
        return "bitrate";
    case METRIC_CC_ERRORS:
        return "cc_errors";
    case METRIC_PACKETS:
        return "packets";
    case METRIC_OWN_DROPS:
        return "own_drops";
    default:
        return NULL;
    }
}

/* The shape of an answer: which table, how long a bucket. */
typedef struct {
    const char *table;
    int64_t step_s;   /* of a row */
    int64_t bucket_s; /* a multiple of @step_s */
    int64_t first;    /* number of the first bucket since the epoch */
    size_t n;         /* buckets */
} SeriesPlan;

static SeriesPlan
plan_series(const SeriesQuery *query, WallUs now_us)
{
    SeriesPlan plan = {.table = "health_10s", .step_s = STEP_10S};
    const WallUs from_us = MAX(query->from_us, query->to_us - SPAN_MAX_US);
    const int64_t span_s = MAX(query->to_us - from_us, 0) / US_PER_SECOND + 1;

    if (from_us < now_us - KEPT_10S_US || span_s / STEP_10S > MAX_ROWS_10S) {
        plan.table = "health_1m";
        plan.step_s = STEP_1M;
    }
    const int64_t rows = span_s / plan.step_s + 1;
    const int64_t points = (int64_t)MAX(query->max_points, 1);

    plan.bucket_s = plan.step_s * ((rows + points - 1) / points);
    plan.first = from_us / US_PER_SECOND / plan.bucket_s;
    const int64_t last = (MAX(query->to_us, from_us + 1) - 1) / US_PER_SECOND / plan.bucket_s;

    plan.n = (size_t)MIN(last - plan.first + 1, points);
    return plan;
}

static void
start_series(const SeriesPlan *plan, CommandSeries *series)
{
    series->n = plan->n;
    series->at_us = g_new0(MonoUs, plan->n);
    series->minimum = g_new0(double, plan->n);
    series->maximum = g_new0(double, plan->n);
    series->mean = g_new0(double, plan->n);
    for (size_t i = 0; i < plan->n; i++) {
        series->at_us[i] = (plan->first + (int64_t)i) * plan->bucket_s * US_PER_SECOND;
        series->minimum[i] = series->maximum[i] = series->mean[i] = NAN;
    }
}

typedef struct {
    const SeriesPlan *plan;
    CommandSeries *series;
} SeriesRows;

static double
real(const char *cell)
{
    char *end = NULL;
    const double value = cell != NULL ? g_ascii_strtod(cell, &end) : NAN;

    return end != NULL && *end == '\0' ? value : NAN;
}

/* @row: bucket, minimum, maximum, mean */
static void
take_bucket(const char *const *row, unsigned n, gpointer user_data)
{
    const SeriesRows *rows = user_data;
    gint64 bucket = -1;

    if (n != 4 || row[0] == NULL ||
        !g_ascii_string_to_signed(row[0], 10, 0, G_MAXINT64, &bucket, NULL))
        return;
    const int64_t i = bucket - rows->plan->first;

    if (i < 0 || (size_t)i >= rows->series->n)
        return;
    rows->series->minimum[i] = real(row[1]);
    rows->series->maximum[i] = real(row[2]);
    rows->series->mean[i] = real(row[3]);
}

/* Counters are kept as growth of a row's time, gauges as mean, least and greatest. */
static char *
series_sql(const SeriesPlan *plan, unsigned metric)
{
    const char *column = column_of(metric);
    const bool gauge = metric == METRIC_BITRATE;
    const gint64 divisor = gauge ? 1 : plan->step_s;

    return g_strdup_printf(
        "SELECT TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', at) DIV %" G_GINT64_FORMAT " AS b,"
        " MIN(%s%s) / %" G_GINT64_FORMAT ", MAX(%s%s) / %" G_GINT64_FORMAT
        ", AVG(%s%s) / %" G_GINT64_FORMAT
        " FROM %s WHERE channel = ? AND at >= ? AND at < ? GROUP BY b ORDER BY b",
        plan->bucket_s, column, gauge ? "_min" : "", divisor, column, gauge ? "_max" : "", divisor,
        column, gauge ? "_mean" : "", divisor, plan->table);
}

bool
history_query_series(MysqlLink *link,
                     const SeriesQuery *query,
                     CommandSeries *ret_series,
                     GError **error)
{
    const SeriesPlan plan = plan_series(query, store_wall_us());
    SeriesRows rows = {.plan = &plan, .series = ret_series};
    char from[MYSQL_TIME_BYTES], to[MYSQL_TIME_BYTES];

    if (column_of(query->metric) == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no history is kept of metric %u",
                    query->metric);
        return false;
    }
    mysql_time_format(plan.first * plan.bucket_s * US_PER_SECOND, from, sizeof from);
    mysql_time_format((plan.first + (int64_t)plan.n) * plan.bucket_s * US_PER_SECOND, to,
                      sizeof to);
    g_autofree char *sql = series_sql(&plan, query->metric);
    const MysqlValue values[] = {mysql_value_text(query->channel), mysql_value_text(from),
                                 mysql_value_text(to)};

    start_series(&plan, ret_series);
    return mysql_link_execute(link, sql, values, G_N_ELEMENTS(values), take_bucket, &rows, error);
}

static void
take_event(const char *const *row, unsigned n, gpointer user_data)
{
    Event *event = history_event_from_row(row, n);

    if (event != NULL)
        g_ptr_array_add(user_data, event);
}

GPtrArray *
history_query_events(
    MysqlLink *link, const char *resource, WallUs before_us, size_t max, GError **error)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    g_autofree char *select = history_event_select();
    const bool all = resource[0] == '\0';
    g_autofree char *sql =
        g_strdup_printf("SELECT %s FROM incident_event WHERE at < ? %s ORDER BY incident_event.at"
                        " DESC, seq DESC LIMIT ?",
                        select, all ? "" : "AND resource = ?");
    char before[MYSQL_TIME_BYTES];

    mysql_time_format(before_us, before, sizeof before);
    const MysqlValue values[] = {mysql_value_text(before),
                                 all ? mysql_value_integer((int64_t)max)
                                     : mysql_value_text(resource),
                                 mysql_value_integer((int64_t)max)};

    if (!mysql_link_execute(link, sql, values, all ? 2 : 3, take_event, events, error))
        return NULL;
    return g_steal_pointer(&events);
}
