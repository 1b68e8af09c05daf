/* The last hour of every sensor at 10 s: what the system page draws beside the figure. Immutable
 * once shared; the loop makes a new one with every column. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/model/sensor-view.h"
#include "pipelines/base/units.h"

#define SENSOR_TREND_STEP_US (10 * US_PER_SECOND)
#define SENSOR_TREND_POINTS  360u /* an hour */
#define SENSOR_TREND_MAX     256u /* sensors; more are left out */

typedef struct SensorTrend SensorTrend;

/* Whether a column is due at @now_us. @trend: (nullable) */
bool sensor_trend_is_due(const SensorTrend *trend, MonoUs now_us);

/* The columns of @before and one more; a sensor that is not among @sensors has a gap, and one that
 * was away all the hour is forgotten. @before: (transfer full) (nullable). Returns: (transfer full)
 */
SensorTrend *
sensor_trend_append(SensorTrend *before, const SensorView *sensors, size_t n, MonoUs now_us);

MonoUs sensor_trend_at_us(const SensorTrend *trend); /* of the last column */
size_t sensor_trend_count(const SensorTrend *trend); /* sensors; 0 for NULL */
const char *sensor_trend_kind(const SensorTrend *trend, size_t sensor);
const char *sensor_trend_name(const SensorTrend *trend, size_t sensor);
/* SENSOR_TREND_POINTS values, the last one newest; NAN where nothing was read. (transfer none) */
const float *sensor_trend_values(const SensorTrend *trend, size_t sensor);

SensorTrend *sensor_trend_ref(SensorTrend *trend); /* (nullable) */
void sensor_trend_unref(SensorTrend *trend);       /* (nullable); any thread */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SensorTrend, sensor_trend_unref)
