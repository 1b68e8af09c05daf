/* Folding and gap marks; the two parts of a series have distances of their own. */
#include "appliance/http/view-series.h"

#include <math.h>
#include <string.h>

#include "appliance/http/json-writer.h"
#include "pipelines/contract/catalogue.h"

/* One column set being filled. */
typedef struct {
    GString *t;
    GString *minimum;
    GString *maximum;
    GString *mean;
    MonoUs last_us;      /* of the last point; 0: none */
    const ViewTime *now; /* no-ref */
} Columns;

typedef struct {
    MonoUs at_us;
    double minimum;
    double maximum;
    double sum;
    unsigned n;
} Bucket;

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
put_point(Columns *columns, MonoUs at_us, double minimum, double maximum, double mean)
{
    json_number(columns->t, NULL, (double)view_wall_of(columns->now, at_us) / (double)US_PER_SECOND,
                3);
    json_number(columns->minimum, NULL, minimum, 6);
    json_number(columns->maximum, NULL, maximum, 6);
    json_number(columns->mean, NULL, mean, 6);
    columns->last_us = at_us;
}

static void
put_bucket(Columns *columns, Bucket *bucket, int64_t step_us)
{
    if (bucket->n == 0)
        return;
    if (columns->last_us != 0 && bucket->at_us - columns->last_us > step_us * 5 / 2)
        put_point(columns, columns->last_us + step_us, NAN, NAN, NAN);
    put_point(columns, bucket->at_us, bucket->minimum, bucket->maximum,
              bucket->sum / (double)bucket->n);
    *bucket = (Bucket){0};
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
    return MAX(smallest, US_PER_SECOND / 2);
}

static void
put_part(Columns *columns, const CommandSeries *part, const SeriesRange *range)
{
    const int64_t span_us = MAX(range->to_us - range->from_us, US_PER_SECOND);
    const int64_t step_us = MAX(usual_distance(part), span_us / (int64_t)MAX(range->max_points, 2));
    const bool folds = step_us > usual_distance(part);
    Bucket bucket = {0};
    int64_t number = -1;

    for (size_t i = 0; i < part->n; i++) {
        const int64_t mine = folds ? (part->at_us[i] - range->from_us) / step_us : (int64_t)i;

        if (!isfinite(part->mean[i]))
            continue;
        if (mine != number)
            put_bucket(columns, &bucket, step_us);
        number = mine;
        if (bucket.n == 0)
            bucket = (Bucket){part->at_us[i], part->minimum[i], part->maximum[i], 0, 0};
        bucket.minimum = MIN(bucket.minimum, part->minimum[i]);
        bucket.maximum = MAX(bucket.maximum, part->maximum[i]);
        bucket.sum += part->mean[i];
        bucket.n++;
    }
    put_bucket(columns, &bucket, step_us);
}

static void
put_metric(GString *out, const MetricSeries *series, const SeriesRange *range, const ViewTime *now)
{
    g_autoptr(GString) t = g_string_new("[");
    g_autoptr(GString) minimum = g_string_new("[");
    g_autoptr(GString) maximum = g_string_new("[");
    g_autoptr(GString) mean = g_string_new("[");
    Columns columns = {t, minimum, maximum, mean, 0, now};

    put_part(&columns, &series->older, range);
    put_part(&columns, &series->newer, range);
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
    json_begin_object(out, "metrics");
    for (size_t i = 0; i < n_series; i++)
        put_metric(out, &series[i], range, now);
    json_end_object(out);
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}
