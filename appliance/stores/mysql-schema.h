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
 * mysql_schema_repair:
 * @link: connected, as the administrator
 *
 * Runs all migrations again: tables and columns that somebody has taken away are made anew, and the
 * journal is read from its begin, so that they are filled. What is there stays.
 */
bool mysql_schema_repair(MysqlLink *link, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * mysql_schema_tend:
 * @link: connected, as the administrator
 * @wall_us: now
 * @drop_old: whether the clock may be trusted with that
 *
 * Makes the partitions of today and the coming days, and drops those of health_10s older than 7
 * days and of health_1m older than 400. Idempotent; to be called about hourly.
 */
bool mysql_schema_tend(MysqlLink *link, WallUs wall_us, bool drop_old, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
