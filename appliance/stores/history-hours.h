/* Hours out of minutes: a chart of 400 days reads 9,600 rows instead of 576,000. The span that is
 * summed up stands in the database beside them and grows at both ends: as hours pass, and back to
 * the oldest minutes where a box had them before it had hours.
 * Functions of the history's threads; the link is connected. */
#pragma once

#include "appliance/stores/mysql-link.h"

#define HISTORY_HOUR_US (3600 * US_PER_SECOND)

/* Hours that begin at or after @from_us and end by @until_us are summed up; 0, 0: none are. */
typedef struct {
    WallUs from_us;
    WallUs until_us;
    int64_t step_us; /* of the next statement, so that it finds neither too much nor too little */
} HistoryHours;

/* What the database says of it. */
bool history_hours_load(MysqlLink *link,
                        HistoryHours *ret_hours,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sums up some hours more, if any are due at @wall_us, and notes it: a few dozen milliseconds.
 * @ret_more: whether others are due. */
bool history_hours_step(MysqlLink *link,
                        HistoryHours *hours,
                        WallUs wall_us,
                        bool *ret_more,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sums up the hour of @channel that begins at @hour_us again: minutes of it came late. */
bool history_hours_redo(MysqlLink *link, const char *channel, WallUs hour_us, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
