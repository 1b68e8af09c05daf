/* The tables, as numbered migrations that are part of the program (schema/NNN-*.sql). */
#pragma once

#include "appliance/stores/mysql-link.h"

/* Number of the newest migration. */
unsigned mysql_schema_newest(void);

/**
 * mysql_schema_apply:
 * @link: connected, as the administrator
 * @newest: stop after this migration; mysql_schema_newest() but in tests
 *
 * Applies what is missing, under an advisory lock, so that two daemons may start at once.
 *
 * Returns: false with the error; %GANTRY_ERROR_CONFLICT if the database is newer than this program
 */
bool mysql_schema_apply(MysqlLink *link, unsigned newest, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * mysql_schema_tend:
 * @wall_us: now
 *
 * Makes the partitions of the coming days and drops those of health_10s older than 7 days and of
 * health_1m older than 400. Idempotent; to be called about hourly.
 */
bool mysql_schema_tend(MysqlLink *link, WallUs wall_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;
