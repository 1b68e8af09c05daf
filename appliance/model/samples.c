/* Rings of floats, one slot a second. */
#include "appliance/model/samples.h"

#include <glib.h>
#include <math.h>

static const MetricId columns[SAMPLES_COLUMNS] = {
    METRIC_BITRATE,        METRIC_CC_ERRORS,           METRIC_PACKETS,
    METRIC_OWN_DROPS,      METRIC_AUDIO_PEAK,          METRIC_AUDIO_RMS,
    METRIC_LUMA_MEAN,      METRIC_PCR_INTERVAL_MAX,    METRIC_LOUDNESS_MOMENTARY,
    METRIC_LOUDNESS_SHORT, METRIC_LOUDNESS_INTEGRATED, METRIC_DIFFERENCE,
    METRIC_PCR_ACCURACY,   METRIC_INTERVAL_MAX,        METRIC_TRUE_PEAK_NOW,
};

struct Samples {
    int64_t newest_s[SAMPLES_COLUMNS]; /* second of the newest slot; 0: nothing yet */
    float slots[SAMPLES_COLUMNS][SAMPLES_SPAN];
};

Samples *
samples_new(void)
{
    Samples *samples = g_new0(Samples, 1);

    for (size_t column = 0; column < SAMPLES_COLUMNS; column++) {
        for (size_t i = 0; i < SAMPLES_SPAN; i++)
            samples->slots[column][i] = NAN;
    }
    return samples;
}

void
samples_free(Samples *samples)
{
    g_free(samples);
}

static bool
find_column(unsigned metric, size_t *ret_column)
{
    for (size_t column = 0; column < SAMPLES_COLUMNS; column++) {
        if ((unsigned)columns[column] == metric) {
            *ret_column = column;
            return true;
        }
    }
    return false;
}

bool
samples_has(unsigned metric)
{
    size_t column;

    return find_column(metric, &column);
}

static float *
slot_of(Samples *samples, size_t column, int64_t second)
{
    return &samples->slots[column][(uint64_t)second % SAMPLES_SPAN];
}

void
samples_put(Samples *samples, unsigned metric, MonoUs at_us, double value)
{
    const int64_t second = at_us / US_PER_SECOND;
    size_t column;

    if (!find_column(metric, &column) || !isfinite(value) || second <= 0)
        return;
    int64_t *newest = &samples->newest_s[column];

    if (second <= *newest - (int64_t)SAMPLES_SPAN)
        return;
    if (second - *newest > (int64_t)SAMPLES_SPAN)
        *newest = second - (int64_t)SAMPLES_SPAN;
    while (*newest < second)
        *slot_of(samples, column, ++*newest) = NAN;
    float *slot = slot_of(samples, column, second);
    const bool sum = metric_info(metric)->kind == METRIC_KIND_COUNTER && !isnan(*slot);

    *slot = sum ? *slot + (float)value : (float)value;
}

typedef struct {
    int64_t begin_s; /* first second */
    int64_t end_s;   /* behind the last */
    int64_t width_s; /* seconds in a bucket */
} Span;

static Span
span_of(const Samples *samples, size_t column, MonoUs from_us, MonoUs to_us, size_t max_points)
{
    const int64_t newest_s = samples->newest_s[column];
    const int64_t oldest_s = MAX(newest_s - (int64_t)SAMPLES_SPAN + 1, 0);
    const int64_t points =
        max_points == 0 || max_points > SAMPLES_SPAN ? (int64_t)SAMPLES_SPAN : (int64_t)max_points;
    Span span = {
        .begin_s = MAX(from_us / US_PER_SECOND, oldest_s),
        .end_s = MIN(to_us > 0 ? (to_us - 1) / US_PER_SECOND + 1 : 0, newest_s + 1),
    };

    if (newest_s == 0 || span.end_s <= span.begin_s)
        return (Span){0, 0, 1};
    span.width_s = (span.end_s - span.begin_s + points - 1) / points;
    return span;
}

static void
fill_bucket(const Samples *samples, size_t column, const Span *span, size_t i, SampleSeries *series)
{
    const int64_t begin_s = span->begin_s + (int64_t)i * span->width_s;
    const int64_t end_s = MIN(begin_s + span->width_s, span->end_s);
    double least = NAN, most = NAN, sum = 0.0;
    size_t n = 0;

    for (int64_t s = begin_s; s < end_s; s++) {
        const double value = (double)samples->slots[column][(uint64_t)s % SAMPLES_SPAN];

        if (isnan(value))
            continue;
        least = n == 0 ? value : MIN(least, value);
        most = n == 0 ? value : MAX(most, value);
        sum += value;
        n++;
    }
    series->at_us[i] = begin_s * US_PER_SECOND;
    series->minimum[i] = least;
    series->maximum[i] = most;
    series->mean[i] = n == 0 ? NAN : sum / (double)n;
}

void
samples_query(const Samples *samples,
              unsigned metric,
              MonoUs from_us,
              MonoUs to_us,
              size_t max_points,
              SampleSeries *ret_series)
{
    size_t column;

    *ret_series = (SampleSeries){0};
    if (!find_column(metric, &column))
        return;
    const Span span = span_of(samples, column, from_us, to_us, max_points);

    ret_series->n = (size_t)((span.end_s - span.begin_s + span.width_s - 1) / span.width_s);
    ret_series->at_us = g_new0(MonoUs, ret_series->n);
    ret_series->minimum = g_new0(double, ret_series->n);
    ret_series->maximum = g_new0(double, ret_series->n);
    ret_series->mean = g_new0(double, ret_series->n);
    for (size_t i = 0; i < ret_series->n; i++)
        fill_bucket(samples, column, &span, i, ret_series);
}

void
sample_series_clear(SampleSeries *series)
{
    g_clear_pointer(&series->at_us, g_free);
    g_clear_pointer(&series->minimum, g_free);
    g_clear_pointer(&series->maximum, g_free);
    g_clear_pointer(&series->mean, g_free);
    series->n = 0;
}
