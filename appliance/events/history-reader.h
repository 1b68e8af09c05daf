/* Reading what is older than the last hour. Asynchronous, with a deadline: whoever asks gets rows
 * or GANTRY_ERROR_UNAVAILABLE / GANTRY_ERROR_TIMEOUT within 2 s, and waits on nothing meanwhile. */
#pragma once

#include <gio/gio.h>

#include "appliance/events/command-port.h"
#include "appliance/events/delivery.h"
#include "appliance/events/event.h"

/* One attempt to tell a receiver, as the history keeps it. */
typedef struct {
    char *receiver; /* slug */
    char *event_id; /* UUID */
    unsigned attempt;
    WallUs at_us;
    int64_t latency_us;
    DeliveryOutcome outcome;
    int status; /* HTTP status, 0 for none */
    char *answer;
} HistoryDelivery;

/* Which alarms of the past are wanted. Strings are copied by the reader. */
typedef struct {
    WallUs from_us;              /* that stood at or after this; 0: all */
    WallUs to_us;                /* that were raised before this */
    unsigned severities;         /* bits 1 << Severity; 0: all */
    const char *const *channels; /* (nullable): ids; alarms of these channels alone */
    const char *text;            /* (nullable): in the sentence, the channel's name, the owner */
    WallUs after_us;             /* with @after_id: the last alarm of the page before; 0: none */
    const char *after_id;        /* UUID */
    const char *alarm_id;        /* (nullable): this one */
    const char *incident_id;     /* (nullable): of this incident */
    size_t max;
} AlarmSearch;

#define ALARM_SEARCH_CHANNELS_MAX 1000u

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
    GPtrArray *events;     /* (element-type Event): of the other queries; (nullable) */
    GPtrArray *deliveries; /* (element-type HistoryDelivery): of a story; (nullable) */
    GError *error;         /* (nullable) */
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
    /* Alarms as their last event left them, newest raise first: each as an Event whose @note is the
     * last that somebody wrote. At most ALARM_SEARCH_CHANNELS_MAX channels are looked at. */
    void (*alarms)(gpointer self, const AlarmSearch *search, HistoryDone done, gpointer user_data);
    /* All that happened to one alarm, oldest first, and whom it was told to, at most @max each. */
    void (*story)(
        gpointer self, const char *alarm_id, size_t max, HistoryDone done, gpointer user_data);
} HistoryReader;

void history_delivery_free(HistoryDelivery *delivery); /* (nullable) */
