/* Reading what is older than the last hour. Asynchronous, with a deadline: whoever asks gets rows
 * or GANTRY_ERROR_UNAVAILABLE / GANTRY_ERROR_TIMEOUT within 2 s, and waits on nothing meanwhile. */
#pragma once

#include <gio/gio.h>

#include "appliance/events/command-port.h"
#include "appliance/events/event.h"

typedef struct {
    CommandSeries series; /* of a series query */
    GPtrArray *events;    /* (element-type Event): of an incident query; (nullable) */
    GError *error;        /* (nullable) */
} HistoryResult;

typedef void (*HistoryDone)(const HistoryResult *result, gpointer user_data);

typedef struct {
    gpointer self; /* no-ref */
    /* Series of @channel's @metric between two wall times; at most @max_points. */
    void (*series)(gpointer self,
                   const char *channel,
                   unsigned metric,
                   WallUs from_us,
                   WallUs to_us,
                   size_t max_points,
                   HistoryDone done,
                   gpointer user_data);
    /* Alarm events of @resource ("" for all) before @before_us, newest first, at most @max. */
    void (*events)(gpointer self,
                   const char *resource,
                   WallUs before_us,
                   size_t max,
                   HistoryDone done,
                   gpointer user_data);
} HistoryReader;
