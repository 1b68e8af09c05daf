/* The reader's questions to the database, and rows as results. The link is connected. */
#pragma once

#include "appliance/events/history-reader.h"
#include "appliance/stores/mysql-link.h"

#define HISTORY_BUCKETS_MAX 10000u /* of one answer; buckets are as long as that takes */

/* Fills one series a metric, in their order; the caller frees what is in them also after a failure.
 * Counters as growth a second; NAN where nothing is known. */
bool history_query_series(MysqlLink *link,
                          const HistorySeries *query,
                          CommandSeries ret_series[HISTORY_METRICS_MAX],
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type Event) (nullable): newest first */
GPtrArray *history_query_events(MysqlLink *link, /* @resource: "" for all */
                                const char *resource,
                                WallUs before_us,
                                size_t max,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
