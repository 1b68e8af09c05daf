/* Folding and gap marks; the two parts of a series have distances of their own. */
#include "appliance/http/view-series.h"

#include <math.h>
#include <string.h>

#include "appliance/http/json-writer.h"
#include "pipelines/contract/catalogue.h"

#define TENS_FROM_S    10         /* buckets above are whole rows of ten seconds */
#define MINUTES_FROM_S 60         /* and above whole minutes */
#define HOURS_FROM_S   (3 * 3600) /* and above whole hours */
#define EDGES          3          /* buckets cut by either end, and one where the parts meet */

/* What falls into one bucket, or one point that stays as it is. */
typedef struct {
    WallUs at_us; /* its begin */
    double minimum;
    double maximum;
    double sum;
    unsigned n; /* points in it; 0: there is no bucket */
    int64_t step_us;
    int64_t gap_us; /* more between two is a gap */
} Bucket;

/* One column set being filled. */
typedef struct {
    GString *t;
    GString *minimum;
    GString *maximum;
    GString *mean;
    Bucket open;    /* the bucket that more may come to */
    WallUs last_us; /* of the last point; 0: none */
    int64_t last_step_us;
    int64_t last_gap_us;
} Columns;

int64_t
series_step_s(int64_t span_us, size_t max_points)
{
    const int64_t span_s = MAX(span_us + US_PER_SECOND - 1, US_PER_SECOND) / US_PER_SECOND;
    const int64_t points = MAX((int64_t)max_points - EDGES, 1);
    const int64_t step_s = (span_s + points - 1) / points;
    const int64_t whole_s = step_s > HOURS_FROM_S     ? 3600
                            : step_s > MINUTES_FROM_S ? 60
                            : step_s > TENS_FROM_S    ? 10
                                                      : 1;

    return (step_s + whole_s - 1) / whole_s * whole_s;
}

void
metric_series_clear(MetricSeries *series)
{
    CommandSeries *const parts[] = {&series->older, &series->newer};

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_free(parts[i]->at_us);
        g_free(parts[i]->minimum);
        g_free(parts[i]->maximum);
        g_free(parts[i]->mean);
    }
    *series = (MetricSeries){0};
}

static void *
joined(void *to, size_t n, const void *from, size_t more, size_t size)
{
    char *result = (char *)g_realloc_n(to, n + more, size);

    if (more > 0)
        memcpy(result + n * size, from, more * size);
    return result;
}

void
command_series_append(CommandSeries *to, const CommandSeries *from)
{
    if (from->n == 0)
        return;
    to->at_us = (MonoUs *)joined(to->at_us, to->n, from->at_us, from->n, sizeof(MonoUs));
    to->minimum = (double *)joined(to->minimum, to->n, from->minimum, from->n, sizeof(double));
    to->maximum = (double *)joined(to->maximum, to->n, from->maximum, from->n, sizeof(double));
    to->mean = (double *)joined(to->mean, to->n, from->mean, from->n, sizeof(double));
    to->n += from->n;
}

static void
put_point(Columns *columns, WallUs at_us, double minimum, double maximum, double mean)
{
    json_number(columns->t, NULL, (double)at_us / (double)US_PER_SECOND, 3);
    json_number(columns->minimum, NULL, minimum, 6);
    json_number(columns->maximum, NULL, maximum, 6);
    json_number(columns->mean, NULL, mean, 6);
}

static void
close_bucket(Columns *columns)
{
    const Bucket *bucket = &columns->open;
    const int64_t gap_us = MAX(columns->last_gap_us, bucket->gap_us);

    if (bucket->n == 0)
        return;
    if (columns->last_us != 0 && bucket->at_us - columns->last_us > gap_us)
        put_point(columns, columns->last_us + columns->last_step_us, (double)NAN, (double)NAN,
                  (double)NAN);
    put_point(columns, bucket->at_us, bucket->minimum, bucket->maximum,
              bucket->sum / (double)bucket->n);
    columns->last_us = bucket->at_us;
    columns->last_step_us = bucket->step_us;
    columns->last_gap_us = bucket->gap_us;
    columns->open = (Bucket){0};
}

/* The usual distance of neighbouring points: the smallest, as sources are regular. */
static int64_t
usual_distance(const CommandSeries *part)
{
    int64_t smallest = 0;

    for (size_t i = 1; i < part->n; i++) {
        const int64_t distance = part->at_us[i] - part->at_us[i - 1];

        if (distance > 0 && (smallest == 0 || distance < smallest))
            smallest = distance;
    }
    return MAX(smallest, US_PER_SECOND);
}

static void
put_part(Columns *columns, const CommandSeries *part, const SeriesRange *range)
{
    const int64_t grid_us = range->step_s * US_PER_SECOND;
    const int64_t usual_us = usual_distance(part);
    const bool folds = usual_us <= grid_us;
    const int64_t step_us = folds ? grid_us : usual_us;
    /* Points come a little early or late: one bucket may stay empty where each holds but one. */
    const int64_t gap_us = step_us > usual_us ? step_us * 3 / 2 : step_us * 5 / 2;

    for (size_t i = 0; i < part->n; i++) {
        const WallUs at_us = folds ? part->at_us[i] / grid_us * grid_us : part->at_us[i];
        Bucket *bucket = &columns->open;

        if (!isfinite(part->mean[i]) || at_us < columns->last_us)
            continue;
        if (bucket->n > 0 && bucket->at_us != at_us)
            close_bucket(columns);
        if (bucket->n == 0)
            *bucket = (Bucket){at_us, part->minimum[i], part->maximum[i], 0, 0, step_us, gap_us};
        bucket->minimum = MIN(bucket->minimum, part->minimum[i]);
        bucket->maximum = MAX(bucket->maximum, part->maximum[i]);
        bucket->sum += part->mean[i];
        bucket->n++;
    }
}

static void
put_metric(GString *out, const MetricSeries *series, const SeriesRange *range)
{
    g_autoptr(GString) t = g_string_new("[");
    g_autoptr(GString) minimum = g_string_new("[");
    g_autoptr(GString) maximum = g_string_new("[");
    g_autoptr(GString) mean = g_string_new("[");
    Columns columns = {.t = t, .minimum = minimum, .maximum = maximum, .mean = mean};

    put_part(&columns, &series->older, range);
    put_part(&columns, &series->newer, range);
    close_bucket(&columns);
    json_begin_object(out, metric_info(series->metric)->name);
    json_raw(out, "t", g_string_append_c(t, ']')->str);
    json_raw(out, "min", g_string_append_c(minimum, ']')->str);
    json_raw(out, "max", g_string_append_c(maximum, ']')->str);
    json_raw(out, "mean", g_string_append_c(mean, ']')->str);
    json_end_object(out);
}

void
view_series(GString *out,
            const MetricSeries *series,
            size_t n_series,
            const SeriesRange *range,
            const ViewTime *now)
{
    json_begin_object(out, NULL);
    json_uint(out, "step_seconds", (uint64_t)range->step_s);
    json_begin_object(out, "metrics");
    for (size_t i = 0; i < n_series; i++)
        put_metric(out, &series[i], range);
    json_end_object(out);
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}
