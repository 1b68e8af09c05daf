/* One DELETE a table, repeated while it finds as many rows as it may take. */
#include "appliance/stores/history-retention.h"

#include "appliance/stores/mysql-batch.h"

#define DAY_US (24 * 3600 * US_PER_SECOND)

static const char *const deletes[] = {
    "DELETE FROM delivery WHERE at < ? LIMIT ",
    "DELETE FROM audit WHERE at < ? LIMIT ",
    "DELETE FROM thumbnail WHERE captured_at < ? LIMIT ",
    "DELETE FROM incident_event WHERE at < ? AND NOT EXISTS (SELECT 1 FROM alarm"
    " WHERE alarm.id = incident_event.alarm_id AND alarm.cleared_at IS NULL) LIMIT ",
    "DELETE FROM alarm WHERE last_at < ? AND cleared_at IS NOT NULL LIMIT ",
    "DELETE FROM incident WHERE cleared_at < ? LIMIT ",
    "DELETE FROM health_1h WHERE at < ? LIMIT ",
};

bool
history_retention_apply(MysqlLink *link, WallUs wall_us, GError **error)
{
    char before[MYSQL_TIME_BYTES];

    mysql_time_format(wall_us - HISTORY_KEEP_DAYS * DAY_US, before, sizeof before);
    const MysqlValue value = mysql_value_text(before);

    for (size_t i = 0; i < G_N_ELEMENTS(deletes); i++) {
        g_autofree char *sql = g_strdup_printf("%s%u", deletes[i], HISTORY_DELETE_ROWS);

        for (unsigned run = 0; run < HISTORY_DELETE_RUNS; run++) {
            if (!mysql_link_execute(link, sql, &value, 1, NULL, NULL, error))
                return false;
            if (mysql_link_changed_rows(link) < HISTORY_DELETE_ROWS)
                break;
        }
    }
    return true;
}

static void
take_time(const char *const *row, unsigned n, gpointer user_data)
{
    gint64 *wall_us = user_data;

    if (n > 0 && row[0] != NULL)
        (void)g_ascii_string_to_signed(row[0], 10, 0, G_MAXINT64, wall_us, NULL);
}

bool
history_retention_last_write(MysqlLink *link, WallUs *ret_wall_us, GError **error)
{
    gint64 wall_us = 0;

    if (!mysql_link_execute(link,
                            "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00',"
                            " MAX(updated_at)) FROM journal",
                            NULL, 0, take_time, &wall_us, error))
        return false;
    *ret_wall_us = wall_us;
    return true;
}
