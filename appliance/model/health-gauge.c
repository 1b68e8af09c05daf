/* The list, and sums. */
#include "appliance/model/health-gauge.h"

#include <glib.h>
#include <math.h>

static const MetricId gauges[HEALTH_GAUGES] = {
    METRIC_PCR_INTERVAL_MAX, METRIC_PCR_ACCURACY,        METRIC_INTERVAL_MAX,
    METRIC_LUMA_MEAN,        METRIC_LOUDNESS_MOMENTARY,  METRIC_LOUDNESS_SHORT,
    METRIC_TRUE_PEAK_NOW,    METRIC_LOUDNESS_INTEGRATED, METRIC_LOUDNESS_HOUR,
};

MetricId
health_gauge_metric(size_t index)
{
    return index < HEALTH_GAUGES ? gauges[index] : METRIC_NONE;
}

bool
health_gauge_find(unsigned metric, size_t *ret_index)
{
    for (size_t i = 0; i < HEALTH_GAUGES; i++) {
        if ((unsigned)gauges[i] != metric)
            continue;
        *ret_index = i;
        return true;
    }
    return false;
}

void
health_gauge_add(HealthGaugeSpan *span, double value)
{
    if (!isfinite(value))
        return;
    span->sum += value;
    span->minimum = span->n > 0 ? MIN(span->minimum, value) : value;
    span->maximum = span->n > 0 ? MAX(span->maximum, value) : value;
    span->n++;
}

HealthGauge
health_gauge_sum_up(const HealthGaugeSpan *span)
{
    if (span->n == 0)
        return (HealthGauge){(double)NAN, (double)NAN, (double)NAN};
    return (HealthGauge){span->sum / span->n, span->minimum, span->maximum};
}
