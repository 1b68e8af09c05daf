/* One connection to MariaDB or MySQL that knows how to fail: every wait is bounded, a lost server
 * is looked for again with a growing delay, a deadlock is tried again.
 *
 * A plain struct of one thread; only mysql_link_interrupt() may be called from others. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define MYSQL_LINK_CONNECT_S       2u /* time-outs */
#define MYSQL_LINK_READ_S          5u
#define MYSQL_LINK_WRITE_S         5u
#define MYSQL_LINK_CONFLICT_US     (4 * US_PER_SECOND) /* after which a conflict is not tried again */
#define MYSQL_LINK_BACK_OFF_MIN_US (US_PER_SECOND / 2)
#define MYSQL_LINK_BACK_OFF_MAX_US (10 * US_PER_SECOND)
#define MYSQL_LINK_MAX_VALUES      4096u /* placeholders of one statement */
#define MYSQL_LINK_MAX_TEXT        4096u /* bytes of one column of a result; the rest is cut */

/* Where the database is and who we are there. Strings may be %NULL for "". */
typedef struct {
    const char *socket; /* path of a Unix socket; "" to use @host */
    const char *host;   /* numeric address or name */
    uint16_t port;
    const char *user;
    const char *password_file; /* read at every connect; "" for no password */
    const char *database;
    const char *admin_user; /* for migrations; "" to use @user */
    const char *admin_password_file;
} MysqlAccess;

typedef enum {
    MYSQL_VALUE_NULL,
    MYSQL_VALUE_INTEGER,
    MYSQL_VALUE_REAL,
    MYSQL_VALUE_TEXT
} MysqlValueKind;

/* One placeholder's value. Made by the functions below; a text is (transfer none). */
typedef struct {
    MysqlValueKind kind;
    int64_t integer;
    double real;
    const char *text;
} MysqlValue;

MysqlValue mysql_value_integer(int64_t integer);
MysqlValue mysql_value_real(double real);      /* NULL for a number that is not finite */
MysqlValue mysql_value_text(const char *text); /* NULL for %NULL */

/* Called for every row; @row: @n texts, %NULL for NULL, valid during the call. */
typedef void (*MysqlRow)(const char *const *row, unsigned n, gpointer user_data);

typedef struct MysqlLink MysqlLink;

/* Copies @access. Connects to nothing yet. Returns: (transfer full) */
MysqlLink *mysql_link_new(const MysqlAccess *access);
void mysql_link_free(MysqlLink *link); /* (nullable) */

/**
 * mysql_link_open:
 * @now_us: boot clock
 *
 * Connects unless connected. Within the back-off after a failure it fails at once, with the error
 * of that failure.
 *
 * Returns: whether connected; else %GANTRY_ERROR_UNAVAILABLE or %GANTRY_ERROR_DENIED
 */
bool mysql_link_open(MysqlLink *link, MonoUs now_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Connects as the administrator of @access, for migrations, without back-off; makes the database if
 * there is none. */
bool mysql_link_open_admin(MysqlLink *link, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the caller's work came to: mysql_link_back_off() closes, and lets the next open wait, 0.5 s
 * at first, up to 10 s; mysql_link_succeeded() ends the waiting. */
void mysql_link_back_off(MysqlLink *link, MonoUs now_us, const GError *error);
void mysql_link_succeeded(MysqlLink *link);

/* When mysql_link_open() is worth another try; 0 while connected. */
MonoUs mysql_link_next_try_us(const MysqlLink *link);

/* Whether this is a new session since the last call: whatever was set up in it is gone. */
bool mysql_link_take_fresh(MysqlLink *link);

void mysql_link_close(MysqlLink *link);

/* Makes a wait of the link's thread for the server fail at once. Any thread. */
void mysql_link_interrupt(MysqlLink *link);

/**
 * mysql_link_run:
 * @sql: one statement without a result and without placeholders
 *
 * Returns: %GANTRY_ERROR_UNAVAILABLE: the server or the link failed (the link is closed then);
 *   %GANTRY_ERROR_CONFLICT: deadlock or lock wait, run the whole transaction again;
 *   %GANTRY_ERROR_TIMEOUT: the statement ran too long; %GANTRY_ERROR_INTERNAL: anything else that
 *   the server refuses
 */
bool mysql_link_run(MysqlLink *link, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As mysql_link_run(), with @n placeholders bound to @values and @row (nullable) called for each
 * row of the result. Prepared. */
bool mysql_link_execute(MysqlLink *link, /* lint: allow parameters, because each is one fact */
                        const char *sql,
                        const MysqlValue *values,
                        size_t n,
                        MysqlRow row,
                        gpointer user_data,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a transaction does: false with the error to roll back. */
typedef bool (*MysqlWork)(MysqlLink *link, gpointer user_data, GError **error);

/* Runs @work in a transaction, and again after a deadlock or a lock wait: up to 5 times, within
 * MYSQL_LINK_CONFLICT_US. */
bool mysql_link_transact(MysqlLink *link, MysqlWork work, gpointer user_data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Rows that the last mysql_link_execute() inserted, changed or deleted. */
uint64_t mysql_link_changed_rows(const MysqlLink *link);

/* Number of the last error that the server or the client library gave; 0 before. */
unsigned mysql_link_last_number(const MysqlLink *link);

/* Deadlocks and lock waits met so far. */
uint64_t mysql_link_conflicts(const MysqlLink *link);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(MysqlLink, mysql_link_free)
