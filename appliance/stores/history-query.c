/* Series and events out of the tables. */
#include "appliance/stores/history-query.h"

#include <math.h>

#include "appliance/model/health-gauge.h"
#include "appliance/stores/history-event-row.h"
#include "appliance/stores/history-hours.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"

#define STEP_10S    INT64_C(10) /* seconds of a row of health_10s */
#define STEP_1M     INT64_C(60)
#define STEP_1H     INT64_C(3600)
#define HOURS_FROM  (3 * STEP_1H) /* buckets above are whole hours: few enough of them are rows */
#define KEPT_10S_US (7 * 24 * 3600 * US_PER_SECOND)
#define SPAN_MAX_US (400 * 24 * 3600 * US_PER_SECOND)

/* Whether a metric is kept, and how: a counter's column is the growth of a row's time. */
typedef enum { KEPT_NOT, KEPT_GROWTH, KEPT_GAUGE } Kept;

static Kept
how_kept(unsigned metric)
{
    size_t gauge;

    switch (metric) {
    case METRIC_CC_ERRORS:
    case METRIC_PACKETS:
    case METRIC_OWN_DROPS:
        return KEPT_GROWTH;
    case METRIC_BITRATE:
        return KEPT_GAUGE;
    default:
        return health_gauge_find(metric, &gauge) ? KEPT_GAUGE : KEPT_NOT;
    }
}

/* The metric's column in the health tables, or the common begin of three. */
static const char *
column_of(unsigned metric)
{
    switch (metric) {
    case METRIC_CC_ERRORS:
        return "cc_errors";
    case METRIC_PACKETS:
        return "packets";
    default:
        return metric_info(metric)->name;
    }
}

/* Buckets that one table answers for. */
typedef struct {
    bool hours;    /* of health_1h: counters, too, have a mean, a least and a greatest minute */
    int64_t first; /* number of the first bucket since the epoch */
    int64_t end;   /* and of the one behind the last */
} SeriesPart;

/* The shape of an answer: which table, how long a bucket. */
typedef struct {
    const char *table;
    int64_t step_s;   /* of a row */
    int64_t bucket_s; /* a multiple of @step_s */
    int64_t first;    /* number of the first bucket since the epoch */
    size_t n;         /* buckets */
} SeriesPlan;

static int64_t
rounded_up(int64_t value, int64_t step)
{
    return (value + step - 1) / step * step;
}

/* Minutes hold the extremes of their ten seconds: they do wherever a bucket is no finer. */
static SeriesPlan
plan_series(const HistorySeries *query, WallUs now_us)
{
    SeriesPlan plan = {.table = "health_10s", .step_s = STEP_10S};
    const WallUs from_us = MAX(query->from_us, query->to_us - SPAN_MAX_US);
    const int64_t span_s = MAX(query->to_us - from_us, 0) / US_PER_SECOND + 1;
    const int64_t wanted_s =
        MAX(MAX(query->bucket_s, 1), span_s / ((int64_t)HISTORY_BUCKETS_MAX - 2) + 1);

    if (from_us < now_us - KEPT_10S_US || wanted_s % STEP_1M == 0 || wanted_s > 10 * STEP_1M) {
        plan.table = "health_1m";
        plan.step_s = STEP_1M;
    }
    plan.bucket_s = rounded_up(wanted_s, wanted_s > HOURS_FROM ? STEP_1H : plan.step_s);
    plan.first = from_us / US_PER_SECOND / plan.bucket_s;
    const int64_t last = (MAX(query->to_us, from_us + 1) - 1) / US_PER_SECOND / plan.bucket_s;

    plan.n = (size_t)(last - plan.first + 1);
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
        series->minimum[i] = series->maximum[i] = series->mean[i] = (double)NAN;
    }
}

typedef struct {
    const SeriesPlan *plan;
    CommandSeries *kept[HISTORY_METRICS_MAX]; /* no-ref: those that columns are for */
    size_t n_kept;
} SeriesRows;

static double
real(const char *cell)
{
    char *end = NULL;
    const double value = cell != NULL ? g_ascii_strtod(cell, &end) : (double)NAN;

    return end != NULL && *end == '\0' ? value : (double)NAN;
}

/* @row: bucket, and minimum, maximum, mean of each metric */
static void
take_bucket(const char *const *row, unsigned n, gpointer user_data)
{
    const SeriesRows *rows = user_data;
    gint64 bucket = -1;

    if (n != 1 + 3 * rows->n_kept || row[0] == NULL ||
        !g_ascii_string_to_signed(row[0], 10, 0, G_MAXINT64, &bucket, NULL))
        return;
    const int64_t i = bucket - rows->plan->first;

    if (i < 0 || (size_t)i >= rows->plan->n)
        return;
    for (size_t kept = 0; kept < rows->n_kept; kept++) {
        rows->kept[kept]->minimum[i] = real(row[1 + 3 * kept]);
        rows->kept[kept]->maximum[i] = real(row[2 + 3 * kept]);
        rows->kept[kept]->mean[i] = real(row[3 + 3 * kept]);
    }
}

static void
append_columns(GString *sql, const SeriesPlan *plan, bool hours, unsigned metric)
{
    const bool gauge = how_kept(metric) == KEPT_GAUGE;
    const bool three = gauge || hours;
    const char *column = column_of(metric);
    const int64_t divisor = gauge ? 1 : plan->step_s;

    g_string_append_printf(sql,
                           ", MIN(%s%s) / %" G_GINT64_FORMAT ", MAX(%s%s) / %" G_GINT64_FORMAT
                           ", AVG(%s%s) / %" G_GINT64_FORMAT,
                           column, three ? "_min" : "", divisor, column, three ? "_max" : "",
                           divisor, column, three ? "_mean" : "", divisor);
}

/* Makes room for every metric that is kept. */
static void
start_answer(const HistorySeries *query, SeriesRows *rows, CommandSeries *series)
{
    for (size_t i = 0; i < MIN(query->n_metrics, HISTORY_METRICS_MAX); i++) {
        if (how_kept(query->metrics[i]) == KEPT_NOT)
            continue;
        start_series(rows->plan, &series[i]);
        rows->kept[rows->n_kept++] = &series[i];
    }
}

static bool
read_part(MysqlLink *link,
          const HistorySeries *query,
          const SeriesPart *part,
          SeriesRows *rows,
          GError **error)
{
    const int64_t bucket_s = rows->plan->bucket_s;
    g_autoptr(GString) sql = g_string_new(NULL);
    char from[MYSQL_TIME_BYTES], to[MYSQL_TIME_BYTES];

    if (part->first >= part->end)
        return true;
    g_string_printf(sql,
                    "SELECT TIMESTAMPDIFF(SECOND, '1970-01-01 00:00:00', at) DIV %" G_GINT64_FORMAT
                    " AS b",
                    bucket_s);
    for (size_t i = 0; i < MIN(query->n_metrics, HISTORY_METRICS_MAX); i++) {
        if (how_kept(query->metrics[i]) != KEPT_NOT)
            append_columns(sql, rows->plan, part->hours, query->metrics[i]);
    }
    g_string_append_printf(
        sql, " FROM %s WHERE channel = ? AND at >= ? AND at < ? GROUP BY b ORDER BY b",
        part->hours ? "health_1h" : rows->plan->table);
    mysql_time_format(part->first * bucket_s * US_PER_SECOND, from, sizeof from);
    mysql_time_format(part->end * bucket_s * US_PER_SECOND, to, sizeof to);
    const MysqlValue values[] = {mysql_value_text(query->channel), mysql_value_text(from),
                                 mysql_value_text(to)};

    return mysql_link_execute(link, sql->str, values, G_N_ELEMENTS(values), take_bucket, rows,
                              error);
}

/* Hours answer for the buckets that lie whole in what is summed up, minutes for those before and
 * behind. @ret_parts: three, empty ones among them */
static bool
plan_parts(MysqlLink *link, const SeriesPlan *plan, SeriesPart ret_parts[3], GError **error)
{
    const int64_t bucket_us = plan->bucket_s * US_PER_SECOND;
    const int64_t end = plan->first + (int64_t)plan->n;
    HistoryHours hours = {0};

    if (plan->bucket_s % STEP_1H == 0 && !history_hours_load(link, &hours, error))
        return false;
    const int64_t from = CLAMP(rounded_up(hours.from_us, bucket_us) / bucket_us, plan->first, end);
    const int64_t until = CLAMP(hours.until_us / bucket_us, from, end);

    ret_parts[0] = (SeriesPart){.first = plan->first, .end = from};
    ret_parts[1] = (SeriesPart){.hours = true, .first = from, .end = until};
    ret_parts[2] = (SeriesPart){.first = until, .end = end};
    return true;
}

bool
history_query_series(MysqlLink *link,
                     const HistorySeries *query,
                     CommandSeries ret_series[HISTORY_METRICS_MAX],
                     GError **error)
{
    const SeriesPlan plan = plan_series(query, wall_now_us());
    SeriesRows rows = {.plan = &plan};
    SeriesPart parts[3];

    start_answer(query, &rows, ret_series);
    if (rows.n_kept == 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no history is kept of metric %u",
                    query->metrics[0]);
        return false;
    }
    return plan_parts(link, &plan, parts, error) &&
           read_part(link, query, &parts[0], &rows, error) &&
           read_part(link, query, &parts[1], &rows, error) &&
           read_part(link, query, &parts[2], &rows, error);
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
