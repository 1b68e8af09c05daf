/* Time series in columns, thinned to what a chart can show. Pure. */
#pragma once

#include <glib.h>

#include "appliance/events/command-port.h"
#include "appliance/http/view-channel.h"

#define SERIES_POINTS_MAX  4000u
#define SERIES_METRICS_MAX 8u

/* Series of one metric, in two parts: older from the database, newer from memory. */
typedef struct {
    unsigned metric;     /* MetricId */
    CommandSeries older; /* owned; at_us holds MonoUs in both parts */
    CommandSeries newer; /* owned */
} MetricSeries;

typedef struct {
    MonoUs from_us;
    MonoUs to_us;
    size_t max_points; /* of each part; 2 to SERIES_POINTS_MAX */
} SeriesRange;

void metric_series_clear(MetricSeries *series);

/* Copies the points of @from onto the end of @to. */
void command_series_append(CommandSeries *to, const CommandSeries *from);

/* {"metrics":{name:{"t":[...],"min":[...],"max":[...],"mean":[...]}}}: @t in Unix seconds.
 * Neighbouring points are folded until at most max_points are left; where points are missing by
 * more than twice their usual distance, one point of nulls stands: a gap. */
void view_series(GString *out,
                 const MetricSeries *series,
                 size_t n_series,
                 const SeriesRange *range,
                 const ViewTime *now);
