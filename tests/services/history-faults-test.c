/* What can be wrong with a MariaDB that runs: each trouble is named in the status, delays nobody,
 * loses nothing, and is over by itself when its cause is. */
#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "appliance/stores/mysql-schema.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "tests/services/history-rig.h"
#include "tests/services/store-events.h"

/* That appending may take while the database is sick, on a machine that does other things. */
#define APPEND_MAX_US US_PER_SECOND

static void
sql(HistoryRig *rig, const char *text)
{
    g_free(private_servers_sql(rig->servers, text));
}

static void
wait_done(HistoryRig *rig)
{
    g_assert_true(history_rig_wait_done(rig));
}

static void
wait_says(HistoryRig *rig, const char *words)
{
    rig->says = words;
    g_assert_true(wait_until(history_rig_says, rig, HISTORY_RIG_WAIT_US));
}

/* Appends one raised alarm, which must take no time whatever the database does. */
static void
append_at_once(HistoryRig *rig, unsigned alarm)
{
    const gint64 begin = g_get_monotonic_time();

    history_rig_append(rig, EVENT_ALARM_RAISED, alarm, 1);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, APPEND_MAX_US);
}

static void
begin(HistoryRig *rig)
{
    append_at_once(rig, 1);
    wait_done(rig);
}

/* Everything up to @alarms is there, once. */
static void
end(HistoryRig *rig, unsigned alarms)
{
    wait_done(rig);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    alarms);
    g_assert_cmpint(
        private_servers_count(rig->servers, "SELECT COUNT(DISTINCT alarm_id) FROM incident_event"),
        ==, alarms);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM alarm"), ==, alarms);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident"), ==,
                    alarms);
}

/* Ends the sessions of the run-time user, so that it must connect anew. */
static void
end_sessions(HistoryRig *rig)
{
    sql(rig, "KILL CONNECTION USER gantry@localhost");
}

static void
a_server_that_is_read_only_is_named(HistoryRig *rig, gconstpointer servers)
{
    begin(rig);
    sql(rig, "SET GLOBAL read_only = 1");
    append_at_once(rig, 2);
    wait_says(rig, "SET GLOBAL read_only = 0");
    append_at_once(rig, 3);
    sql(rig, "SET GLOBAL read_only = 0");
    end(rig, 3);
}

static void
a_server_without_a_free_connection_is_named(HistoryRig *rig, gconstpointer servers)
{
    g_autoptr(GPtrArray) links = g_ptr_array_new_with_free_func((GDestroyNotify)mysql_link_free);
    MysqlLink *link = NULL;

    begin(rig);
    sql(rig, "SET GLOBAL max_connections = 10");
    end_sessions(rig);
    do {
        link = mysql_link_new(&rig->servers->mysql_access);
        g_ptr_array_add(links, link);
    } while (links->len < 30 && mysql_link_open(link, 0, NULL));
    g_assert_cmpuint(links->len, <, 30);
    append_at_once(rig, 2);
    wait_says(rig, "raise max_connections");
    g_ptr_array_set_size(links, 0);
    sql(rig, "SET GLOBAL max_connections = 151");
    end(rig, 2);
}

static void
a_changed_password_is_named_and_the_new_one_read(HistoryRig *rig, gconstpointer servers)
{
    const char *file = rig->servers->mysql_password_file;
    g_autofree char *before = NULL;
    g_autofree char *back = NULL;

    g_assert_true(g_file_get_contents(file, &before, NULL, NULL));
    begin(rig);
    sql(rig, "ALTER USER gantry@localhost IDENTIFIED BY 'another'");
    end_sessions(rig);
    append_at_once(rig, 2);
    wait_says(rig, "the password or the rights of our user were changed");
    g_assert_true(g_file_set_contents(file, "another\n", -1, NULL));
    end(rig, 2);
    back = g_strdup_printf("ALTER USER gantry@localhost IDENTIFIED BY '%s'", g_strchomp(before));
    sql(rig, back);
    g_assert_true(g_file_set_contents(file, before, -1, NULL));
}

static void
a_right_that_was_taken_away_is_named(HistoryRig *rig, gconstpointer servers)
{
    begin(rig);
    sql(rig, "REVOKE INSERT ON " PRIVATE_DATABASE ".* FROM gantry@localhost");
    end_sessions(rig);
    append_at_once(rig, 2);
    wait_says(rig, "the password or the rights of our user were changed");
    sql(rig, "GRANT INSERT ON " PRIVATE_DATABASE ".* TO gantry@localhost");
    end(rig, 2);
}

static void
any_table_that_was_dropped_is_made_and_filled_again(HistoryRig *rig, gconstpointer servers)
{
    static const char *const tables[] = {"incident_event", "alarm", "incident", "journal",
                                         "schema_version"};
    unsigned alarms = 1;

    begin(rig);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *drop = g_strdup_printf("DROP TABLE %s", tables[i]);

        sql(rig, drop);
        if (strcmp(tables[i], "schema_version") == 0)
            end_sessions(rig);
        append_at_once(rig, ++alarms);
        if (strcmp(tables[i], "schema_version") != 0)
            wait_says(rig, "being made whole");
        end(rig, alarms);
    }
}

static void
a_table_of_figures_that_was_dropped_is_made_again(HistoryRig *rig, gconstpointer servers)
{
    const HealthRow row = {.channel = "a", .at_us = wall_now_us(), .state = CHANNEL_OK};

    begin(rig);
    sql(rig, "DROP TABLE health_10s, thumbnail, delivery, audit, channel");
    gantry_history_writer_add_health(rig->writer, &row);
    wait_says(rig, "being made whole");
    end(rig, 1);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM health_10s"), ==, 1);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM delivery"), ==, 0);
}

static void
a_column_that_was_dropped_is_made_again(HistoryRig *rig, gconstpointer servers)
{
    begin(rig);
    sql(rig, "ALTER TABLE incident_event DROP COLUMN owner");
    append_at_once(rig, 2);
    wait_says(rig, "being made whole");
    end(rig, 2);
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM incident_event WHERE owner <> ''"),
                    ==, 2);
}

static void
a_database_that_was_dropped_is_made_again(HistoryRig *rig, gconstpointer servers)
{
    begin(rig);
    sql(rig, "DROP DATABASE " PRIVATE_DATABASE);
    append_at_once(rig, 2);
    wait_done(rig);
    end(rig, 2);
}

static void
the_schema_of_a_newer_program_is_named_and_left_alone(HistoryRig *rig, gconstpointer servers)
{
    begin(rig);
    sql(rig, "INSERT INTO schema_version VALUES (999, 'later', NOW())");
    end_sessions(rig);
    append_at_once(rig, 2);
    wait_says(rig, "a newer Gantry has used it");
    sql(rig, "DELETE FROM schema_version WHERE version = 999");
    end(rig, 2);
}

static void
a_day_without_a_partition_is_made(HistoryRig *rig, gconstpointer servers)
{
    const WallUs day_us = 24 * 3600 * US_PER_SECOND;
    const HealthRow row = {
        .channel = "a", .at_us = wall_now_us() + 2 * day_us, .state = CHANNEL_OK};
    g_autofree char *drop = NULL;

    begin(rig);
    const gint64 day = 719528 + (wall_now_us() + 2 * day_us) / day_us;

    drop = g_strdup_printf("ALTER TABLE health_10s DROP PARTITION d%" G_GINT64_FORMAT
                           ", d%" G_GINT64_FORMAT,
                           day, day + 1);
    sql(rig, drop);
    gantry_history_writer_add_health(rig->writer, &row);
    wait_says(rig, "a day has no partition yet");
    end(rig, 1);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM health_10s"), ==, 1);
}

static void
an_event_that_the_database_refuses_holds_back_no_other(HistoryRig *rig, gconstpointer servers)
{
    HistoryWriterCounts counts;
    Event *refused = store_event(EVENT_ALARM_RAISED, 500, 1);

    begin(rig);
    sql(rig, "CREATE TRIGGER refuse BEFORE INSERT ON incident_event FOR EACH ROW"
             " IF NEW.text = 'refuse me' THEN SIGNAL SQLSTATE '45000'; END IF");
    for (unsigned alarm = 2; alarm <= 300; alarm++) {
        if (alarm == 150) {
            event_set(&refused->text, "refuse me");
            (void)gantry_event_log_append(rig->log, refused);
        }
        append_at_once(rig, alarm);
    }
    end(rig, 300);
    gantry_history_writer_get_counts(rig->writer, &counts);
    g_assert_cmpuint(counts.refused_events, ==, 1);
}

static void
a_database_that_refuses_everything_costs_no_event(HistoryRig *rig, gconstpointer servers)
{
    HistoryWriterCounts counts;

    begin(rig);
    sql(rig, "CREATE TRIGGER refuse BEFORE INSERT ON incident_event FOR EACH ROW"
             " SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'");
    for (unsigned alarm = 2; alarm <= 100; alarm++)
        append_at_once(rig, alarm);
    wait_says(rig, "not today");
    g_usleep(3 * US_PER_SECOND); /* of trying */
    sql(rig, "DROP TRIGGER refuse");
    end(rig, 100);
    gantry_history_writer_get_counts(rig->writer, &counts);
    g_assert_cmpuint(counts.refused_events, ==, 0);
}

/* ---- Conflicts ---- */

typedef struct {
    PrivateServers *servers;
    const char *first, *second; /* statements in the order of this one */
    GMutex *lock;
    GCond *met;
    unsigned *waiting; /* that have run their first statement */
    uint64_t conflicts;
    unsigned runs;
} Party;

/* Waits, the first time, until both have their first lock. */
static bool
cross(MysqlLink *link, gpointer user_data, GError **error)
{
    Party *party = user_data;

    if (!mysql_link_run(link, party->first, error))
        return false;
    if (party->runs++ == 0) {
        g_mutex_lock(party->lock);
        ++*party->waiting;
        g_cond_broadcast(party->met);
        while (*party->waiting < 2)
            g_cond_wait(party->met, party->lock);
        g_mutex_unlock(party->lock);
    }
    return mysql_link_run(link, party->second, error);
}

static gpointer
run_party(gpointer data)
{
    Party *party = data;
    g_autoptr(MysqlLink) link = mysql_link_new(&party->servers->mysql_access);
    g_autoptr(GError) error = NULL;

    g_assert_true(mysql_link_open(link, 0, &error));
    g_assert_true(mysql_link_transact(link, cross, party, &error));
    g_assert_no_error(error);
    party->conflicts = mysql_link_conflicts(link);
    return NULL;
}

static void
the_loser_of_a_deadlock_tries_again(HistoryRig *rig, gconstpointer servers)
{
    GMutex lock;
    GCond met;
    unsigned waiting = 0;
    const char *a =
        "UPDATE audit SET actor = CONCAT(actor, 'x') WHERE journal_id = 'j' AND seq = 1";
    const char *b =
        "UPDATE audit SET actor = CONCAT(actor, 'x') WHERE journal_id = 'j' AND seq = 2";

    begin(rig);
    sql(rig, "INSERT INTO audit VALUES ('j', 1, 'a', 16, NOW(), 1, '', '', '', ''),"
             " ('j', 2, 'b', 16, NOW(), 1, '', '', '', '')");
    g_mutex_init(&lock);
    g_cond_init(&met);
    Party one = {rig->servers, a, b, &lock, &met, &waiting, 0, 0};
    Party two = {rig->servers, b, a, &lock, &met, &waiting, 0, 0};
    GThread *threads[] = {g_thread_new("one", run_party, &one),
                          g_thread_new("two", run_party, &two)};

    g_thread_join(threads[0]);
    g_thread_join(threads[1]);
    g_assert_cmpuint(one.conflicts + two.conflicts, >=, 1);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT SUM(LENGTH(actor)) FROM audit"), ==,
                    4);
    g_mutex_clear(&lock);
    g_cond_clear(&met);
}

static void
a_table_lock_that_is_held_is_waited_out(HistoryRig *rig, gconstpointer servers)
{
    HistoryWriterCounts counts;

    begin(rig);
    g_autoptr(MysqlLink) other = mysql_link_new(&rig->servers->mysql_access);

    g_assert_true(mysql_link_open_admin(other, NULL));
    g_assert_true(mysql_link_run(other, "LOCK TABLES incident_event WRITE", NULL));
    append_at_once(rig, 2);
    wait_says(rig, "somebody else holds a lock for too long");
    g_assert_true(mysql_link_run(other, "UNLOCK TABLES", NULL));
    end(rig, 2);
    gantry_history_writer_get_counts(rig->writer, &counts);
    g_assert_cmpuint(counts.conflicts, >=, 1);
}

/* ---- A slow server: a relay that holds every answer back ---- */

typedef struct {
    char *path;     /* that it listens at */
    char *upstream; /* MariaDB's socket */
    gint hold_ms;   /* atomic: an answer is held back so long */
    gint stop;      /* atomic */
    int listener;
    GThread *thread;
    GPtrArray *pairs; /* (element-type GThread) */
} Relay;

typedef struct {
    Relay *relay;
    int client, server;
} Pair;

static int
unix_socket(const char *path, bool listens)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    const int result = listens ? bind(fd, (struct sockaddr *)&address, sizeof address)
                               : connect(fd, (struct sockaddr *)&address, sizeof address);

    g_assert_cmpint(result, ==, 0);
    if (listens)
        g_assert_cmpint(listen(fd, 8), ==, 0);
    return fd;
}

static bool
pass_on(int from, int to)
{
    char bytes[16384];
    const ssize_t n = read(from, bytes, sizeof bytes);

    for (ssize_t done = 0; done < n;) {
        const ssize_t m = send(to, bytes + done, (size_t)(n - done), MSG_NOSIGNAL);

        if (m <= 0)
            return false;
        done += m;
    }
    return n > 0;
}

static gpointer
run_pair(gpointer data)
{
    g_autofree Pair *pair = data;
    struct pollfd fds[] = {{.fd = pair->client, .events = POLLIN},
                           {.fd = pair->server, .events = POLLIN}};
    bool open = true;

    while (open && !g_atomic_int_get(&pair->relay->stop)) {
        (void)poll(fds, 2, 50);
        if (fds[0].revents != 0)
            open = pass_on(pair->client, pair->server);
        if (open && fds[1].revents != 0) {
            g_usleep((gulong)g_atomic_int_get(&pair->relay->hold_ms) * 1000);
            open = pass_on(pair->server, pair->client);
        }
    }
    close(pair->client);
    close(pair->server);
    return NULL;
}

static gpointer
run_relay(gpointer data)
{
    Relay *relay = data;
    struct pollfd fd = {.fd = relay->listener, .events = POLLIN};

    while (!g_atomic_int_get(&relay->stop)) {
        if (poll(&fd, 1, 50) <= 0)
            continue;
        Pair *pair = g_new0(Pair, 1);

        *pair =
            (Pair){relay, accept(relay->listener, NULL, NULL), unix_socket(relay->upstream, false)};
        g_ptr_array_add(relay->pairs, g_thread_new("pair", run_pair, pair));
    }
    return NULL;
}

static void
relay_stop(Relay *relay)
{
    g_atomic_int_set(&relay->stop, 1);
    g_thread_join(relay->thread);
    for (guint i = 0; i < relay->pairs->len; i++)
        g_thread_join(g_ptr_array_index(relay->pairs, i));
    g_ptr_array_unref(relay->pairs);
    close(relay->listener);
    g_unlink(relay->path);
    g_free(relay->path);
    g_free(relay->upstream);
}

static void
a_server_that_takes_two_seconds_an_answer_loses_nothing(HistoryRig *rig, gconstpointer servers)
{
    Relay relay = {.path = g_build_filename(rig->servers->folder, "slow.sock", NULL),
                   .upstream = g_strdup(rig->servers->mysql_socket),
                   .pairs = g_ptr_array_new()};
    MysqlAccess access = rig->servers->mysql_access;

    begin(rig); /* without the relay: the schema is there */
    gantry_event_sink_stop(GANTRY_EVENT_SINK(rig->writer), HISTORY_RIG_STOP_US);
    release_object(rig->writer);
    relay.listener = unix_socket(relay.path, true);
    relay.thread = g_thread_new("relay", run_relay, &relay);
    access.socket = relay.path;
    rig->writer = gantry_history_writer_new(rig->log, gantry_event_log_get_id(rig->log), &access);
    append_at_once(rig, 2);
    wait_done(rig);
    g_atomic_int_set(&relay.hold_ms, 2000);
    for (unsigned alarm = 3; alarm <= 1000; alarm++)
        append_at_once(rig, alarm);
    g_usleep(3 * US_PER_SECOND);
    g_assert_false(history_rig_is_done(rig));
    g_atomic_int_set(&relay.hold_ms, 0);
    end(rig, 1000);
    gantry_event_sink_stop(GANTRY_EVENT_SINK(rig->writer), HISTORY_RIG_STOP_US);
    relay_stop(&relay);
}

#define ADD(path, function)                                                                        \
    g_test_add("/history-faults/" path, HistoryRig, servers, history_rig_set_up, function,         \
               history_rig_tear_down)

int
main(int argc, char **argv)
{
    static const char *const programs[] = {"mariadbd", "mariadb-install-db", NULL};
    int exit_status = 0;

    if (private_servers_missing(programs, &exit_status))
        return exit_status;
    g_test_init(&argc, &argv, NULL);
    PrivateServers *servers = private_servers_new();

    private_servers_start_mariadb(servers);
    ADD("read-only", a_server_that_is_read_only_is_named);
    ADD("connections", a_server_without_a_free_connection_is_named);
    ADD("password", a_changed_password_is_named_and_the_new_one_read);
    ADD("rights", a_right_that_was_taken_away_is_named);
    ADD("dropped-tables", any_table_that_was_dropped_is_made_and_filled_again);
    ADD("dropped-figures", a_table_of_figures_that_was_dropped_is_made_again);
    ADD("dropped-column", a_column_that_was_dropped_is_made_again);
    ADD("dropped-database", a_database_that_was_dropped_is_made_again);
    ADD("newer-schema", the_schema_of_a_newer_program_is_named_and_left_alone);
    ADD("no-day", a_day_without_a_partition_is_made);
    ADD("refused", an_event_that_the_database_refuses_holds_back_no_other);
    ADD("refuses-all", a_database_that_refuses_everything_costs_no_event);
    ADD("deadlock", the_loser_of_a_deadlock_tries_again);
    ADD("table-lock", a_table_lock_that_is_held_is_waited_out);
    ADD("slow", a_server_that_takes_two_seconds_an_answer_loses_nothing);
    const int result = g_test_run();

    private_servers_free(servers);
    return result;
}
