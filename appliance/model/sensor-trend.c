/* Rows of floats, moved on by one with every column. */
#include "appliance/model/sensor-trend.h"

#include <math.h>
#include <string.h>

typedef struct {
    char *kind;
    char *name;
    float values[SENSOR_TREND_POINTS];
} Row;

struct SensorTrend {
    gatomicrefcount refs;
    MonoUs at_us;
    GPtrArray *rows; /* (element-type Row): owned */
};

static void
row_free(gpointer data)
{
    Row *row = data;

    g_free(row->kind);
    g_free(row->name);
    g_free(row);
}

static Row *
row_new(const char *kind, const char *name)
{
    Row *row = g_new0(Row, 1);

    row->kind = g_strdup(kind);
    row->name = g_strdup(name);
    for (size_t i = 0; i < SENSOR_TREND_POINTS; i++)
        row->values[i] = NAN;
    return row;
}

static Row *
find(const GPtrArray *rows, const char *kind, const char *name)
{
    for (guint i = 0; i < rows->len; i++) {
        Row *row = rows->pdata[i];

        if (g_str_equal(row->name, name) && g_str_equal(row->kind, kind))
            return row;
    }
    return NULL;
}

bool
sensor_trend_is_due(const SensorTrend *trend, MonoUs now_us)
{
    return trend == NULL || now_us - trend->at_us >= SENSOR_TREND_STEP_US;
}

/* What is left of @row after @steps more columns; NULL: nothing. Returns: (transfer full) */
static Row *
moved(const Row *row, size_t steps)
{
    Row *next = NULL;

    for (size_t i = steps; i < SENSOR_TREND_POINTS; i++) {
        if (isnan(row->values[i]))
            continue;
        if (next == NULL)
            next = row_new(row->kind, row->name);
        next->values[i - steps] = row->values[i];
    }
    return next;
}

SensorTrend *
sensor_trend_append(SensorTrend *before, const SensorView *sensors, size_t n, MonoUs now_us)
{
    SensorTrend *trend = g_new0(SensorTrend, 1);
    const int64_t passed_us = before != NULL ? now_us - before->at_us : SENSOR_TREND_STEP_US;
    const size_t steps =
        (size_t)MAX((passed_us + SENSOR_TREND_STEP_US / 2) / SENSOR_TREND_STEP_US, 1);

    g_atomic_ref_count_init(&trend->refs);
    trend->at_us = now_us;
    trend->rows = g_ptr_array_new_with_free_func(row_free);
    for (guint i = 0; before != NULL && i < before->rows->len; i++) {
        Row *row = moved(before->rows->pdata[i], steps);

        if (row != NULL)
            g_ptr_array_add(trend->rows, row);
    }
    for (size_t i = 0; i < n; i++) {
        Row *row = find(trend->rows, sensors[i].kind, sensors[i].name);

        if (isnan(sensors[i].value) || (row == NULL && trend->rows->len == SENSOR_TREND_MAX))
            continue;
        if (row == NULL)
            g_ptr_array_add(trend->rows, row = row_new(sensors[i].kind, sensors[i].name));
        row->values[SENSOR_TREND_POINTS - 1] = (float)sensors[i].value;
    }
    sensor_trend_unref(before);
    return trend;
}

MonoUs
sensor_trend_at_us(const SensorTrend *trend)
{
    return trend->at_us;
}

size_t
sensor_trend_count(const SensorTrend *trend)
{
    return trend != NULL ? trend->rows->len : 0;
}

const char *
sensor_trend_kind(const SensorTrend *trend, size_t sensor)
{
    return ((const Row *)trend->rows->pdata[sensor])->kind;
}

const char *
sensor_trend_name(const SensorTrend *trend, size_t sensor)
{
    return ((const Row *)trend->rows->pdata[sensor])->name;
}

const float *
sensor_trend_values(const SensorTrend *trend, size_t sensor)
{
    return ((const Row *)trend->rows->pdata[sensor])->values;
}

SensorTrend *
sensor_trend_ref(SensorTrend *trend)
{
    if (trend != NULL)
        g_atomic_ref_count_inc(&trend->refs);
    return trend;
}

void
sensor_trend_unref(SensorTrend *trend)
{
    if (trend == NULL || !g_atomic_ref_count_dec(&trend->refs))
        return;
    g_ptr_array_unref(trend->rows);
    g_free(trend);
}
