/* Time series in columns, thinned to what a chart can show. Pure. */
#pragma once

#include <glib.h>

#include "appliance/events/history-reader.h"
#include "appliance/http/view-channel.h"

#define SERIES_POINTS_MAX  1000u
#define SERIES_METRICS_MAX HISTORY_METRICS_MAX

/* Series of one metric, in two parts: older from the database, newer from memory. */
typedef struct {
    unsigned metric;     /* MetricId */
    CommandSeries older; /* owned; at_us holds WallUs in both parts */
    CommandSeries newer; /* owned */
} MetricSeries;

typedef struct {
    WallUs from_us;
    WallUs to_us;
    int64_t step_s; /* length of a bucket, at least 1 */
} SeriesRange;

/* Seconds of a bucket, so that @span_us takes at most @max_points (at least 4) of them: whole
 * seconds, above 10 multiples of 10, above 60 multiples of 60, as the history's rows are. */
int64_t series_step_s(int64_t span_us, size_t max_points);

void metric_series_clear(MetricSeries *series);

/* Copies the points of @from onto the end of @to. */
void command_series_append(CommandSeries *to, const CommandSeries *from);

/* {"step_seconds":N,"metrics":{name:{"t":[...],"min":[...],"max":[...],"mean":[...]}}}: @t in Unix
 * seconds. Points are folded into buckets that begin at multiples of the step, so that what was
 * shown once does not move when the range does; a part whose points lie further apart keeps them.
 * Where a bucket that holds several points is empty, or two points of one each are missing, one
 * point of nulls stands: a gap. */
void view_series(GString *out,
                 const MetricSeries *series,
                 size_t n_series,
                 const SeriesRange *range,
                 const ViewTime *now);
