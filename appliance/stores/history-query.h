/* The reader's questions to the database, and rows as results. The link is connected. */
#pragma once

#include "appliance/events/history-reader.h"
#include "appliance/stores/mysql-link.h"

typedef struct {
    const char *channel; /* slug */
    unsigned metric;     /* MetricId */
    WallUs from_us;
    WallUs to_us;
    size_t max_points; /* at least 1 */
} SeriesQuery;

/* Fills @ret_series with buckets of equal length over the whole span: wall times of their begin,
 * NAN where nothing is known; counters as growth a second. */
bool history_query_series(MysqlLink *link,
                          const SeriesQuery *query,
                          CommandSeries *ret_series,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type Event) (nullable): newest first */
GPtrArray *history_query_events(MysqlLink *link, /* @resource: "" for all */
                                const char *resource,
                                WallUs before_us,
                                size_t max,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
