/* Alarms of the past, and the story of one: questions to the tables of alarms, events and
 * deliveries. The link is connected. */
#pragma once

#include "appliance/events/history-reader.h"
#include "appliance/stores/mysql-link.h"

/* Newest raise first, the id decides among equals. Each row as an Event without a kind of its own:
 * EVENT_ALARM_RAISED while it stands, EVENT_ALARM_CLEARED after.
 * Returns: (transfer full) (element-type Event) (nullable): NULL with an error */
GPtrArray *history_query_alarms(MysqlLink *link,
                                const AlarmSearch *search,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type Event) (nullable): oldest first */
GPtrArray *history_query_alarm_events(MysqlLink *link,
                                      const char *alarm_id,
                                      size_t max,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full) (element-type HistoryDelivery) (nullable): oldest first */
GPtrArray *history_query_deliveries(MysqlLink *link,
                                    const char *alarm_id,
                                    size_t max,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
