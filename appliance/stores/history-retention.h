/* Old rows out of the tables that have no partitions: so many in one go that nobody waits for it.
 */
#pragma once

#include <glib.h>

#include "appliance/stores/mysql-link.h"

#define HISTORY_KEEP_DAYS   400u /* events, alarms, incidents, deliveries, audit, pictures, hours */
#define HISTORY_DELETE_ROWS 5000u /* of one statement */
#define HISTORY_DELETE_RUNS 20u   /* statements a table and call */

/* Deletes what is older than HISTORY_KEEP_DAYS before @wall_us, except what belongs to an alarm
 * that still stands. */
bool
history_retention_apply(MysqlLink *link, WallUs wall_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* When this or another box last wrote events; 0: never. */
bool history_retention_last_write(MysqlLink *link,
                                  WallUs *ret_wall_us,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
