/* Figures that the history keeps of every ten seconds, beside the bit rate: mean, least and
 * greatest. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pipelines/contract/catalogue.h"

#define HEALTH_GAUGES 9u

/* What is kept of a span. */
typedef struct {
    double mean; /* in the metric's unit; this and the next two NAN where nothing was measured */
    double minimum;
    double maximum;
} HealthGauge;

/* A span that is being gathered; all-zero: nothing yet. */
typedef struct {
    double sum;
    double minimum;
    double maximum;
    unsigned n;
} HealthGaugeSpan;

/* The metric of gauge @index, below HEALTH_GAUGES. New ones are added at the end. */
MetricId health_gauge_metric(size_t index);

/* Whether @metric is kept; @ret_index: (out): as which gauge. */
bool health_gauge_find(unsigned metric, size_t *ret_index);

/* Ignored unless @value is finite. */
void health_gauge_add(HealthGaugeSpan *span, double value);
HealthGauge health_gauge_sum_up(const HealthGaugeSpan *span);
