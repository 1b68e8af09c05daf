/* Reading what is older than the last hour. Asynchronous, with a deadline: whoever asks gets rows
 * or GANTRY_ERROR_UNAVAILABLE / GANTRY_ERROR_TIMEOUT within 2 s, and waits on nothing meanwhile. */
#pragma once

#include <gio/gio.h>

#include "appliance/events/command-port.h"
#include "appliance/events/event.h"

#define HISTORY_METRICS_MAX 16u /* of one question */

/* Figures of one channel over a time. */
typedef struct {
    const char *channel;                   /* slug */
    unsigned metrics[HISTORY_METRICS_MAX]; /* MetricId; @n_metrics entries, at least one */
    size_t n_metrics;
    WallUs from_us;
    WallUs to_us;
    int64_t bucket_s; /* wanted, at least 1; what is kept may be coarser */
} HistorySeries;

typedef struct {
    CommandSeries series[HISTORY_METRICS_MAX]; /* of a series query, in the order of its metrics;
                                                  without points where no history is kept */
    GPtrArray *events; /* (element-type Event): of an incident query; (nullable) */
    GError *error;     /* (nullable) */
} HistoryResult;

typedef void (*HistoryDone)(const HistoryResult *result, gpointer user_data);

typedef struct {
    gpointer self; /* no-ref */
    /* @query: copied. Buckets begin at multiples of their length since 1970 and cover the whole
     * time; counters as growth a second. GANTRY_ERROR_NOT_FOUND if no metric of it is kept. */
    void (*series)(gpointer self, const HistorySeries *query, HistoryDone done, gpointer user_data);
    /* Alarm events of @resource ("" for all) before @before_us, newest first, at most @max. */
    void (*events)(gpointer self,
                   const char *resource,
                   WallUs before_us,
                   size_t max,
                   HistoryDone done,
                   gpointer user_data);
} HistoryReader;
