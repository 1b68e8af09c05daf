/* A MariaDB and a Redis of the test's own: in a temporary folder, on Unix sockets, gone with the
 * test whatever becomes of it. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/stores/live-redis.h"
#include "appliance/stores/mysql-link.h"

/* That something may take which happens at all, on a machine that does other things, too. */
#define PATIENCE_US (60 * US_PER_SECOND)

typedef struct {
    char *folder;
    char *mysql_socket;
    char *mysql_password_file;
    char *redis_socket;
    GPid mariadbd; /* 0: not running */
    GPid redis;    /* 0: not running */
    MysqlAccess mysql_access;
    RedisAccess redis_access;
} PrivateServers;

#define PRIVATE_DATABASE "gantry_test"
#define PRIVATE_RIGHTS   "SELECT, INSERT, UPDATE, DELETE" /* of the run-time user */

/* For main(): whether a program is missing, after the reason was printed as a skipped test.
 * @ret_exit: what main() is to return then: failure where it must not be missing (CI=true). */
bool private_servers_missing(const char *const *programs, int *ret_exit);

PrivateServers *private_servers_new(void);
void private_servers_free(PrivateServers *servers);

/* Starts the server and waits until it answers. A first start makes the database and its user. */
void private_servers_start_mariadb(PrivateServers *servers);
void private_servers_start_redis(PrivateServers *servers);

/* SIGKILL, or any other; waits for the end of it unless it is SIGSTOP or SIGCONT. */
void private_servers_signal(GPid *pid, int signal_number);

/* Runs SQL as the administrator, and gives back the first column of the last row, or NULL. */
char *private_servers_sql(PrivateServers *servers, const char *sql);
gint64 private_servers_count(PrivateServers *servers, const char *sql);

/* Waits until @holds says so, at most @wait_us. Returns: whether it did */
typedef bool (*Condition)(gpointer user_data);
bool wait_until(Condition holds, gpointer user_data, int64_t wait_us);

/* Drops a reference that must be the last one but for that of a thread that is just ending. */
void release_object(gpointer object);

/* With all that is in it. */
void remove_folder(const char *folder);
