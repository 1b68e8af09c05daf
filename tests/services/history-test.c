/* The history against a real MariaDB: migrations, exactly once, outages, reading back. */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>

#include "appliance/stores/history-reader-mysql.h"
#include "appliance/stores/history-writer.h"
#include "appliance/stores/mysql-schema.h"
#include "appliance/stores/store-thread.h"
#include "pipelines/base/error.h"
#include "tests/services/private-servers.h"
#include "tests/services/store-events.h"

#define WAIT_US (20 * US_PER_SECOND)
#define STOP_US (8 * US_PER_SECOND)

/* One journal and one writer over the shared server, in a database emptied before each test. */
typedef struct {
    PrivateServers *servers;
    GantryEventLog *log;
    GantryHistoryWriter *writer;
    gint64 expected; /* for conditions */
} Fixture;

static void
empty_database(PrivateServers *servers)
{
    g_free(private_servers_sql(servers, "DROP DATABASE " PRIVATE_DATABASE
                                        "; CREATE DATABASE " PRIVATE_DATABASE));
}

static void
set_up(Fixture *fixture, gconstpointer servers)
{
    static const char *const name = "journal";
    fixture->servers = (PrivateServers *)servers;
    empty_database(fixture->servers);
    g_autofree char *folder = g_build_filename(fixture->servers->folder, name, NULL);
    remove_folder(folder);
    fixture->log = store_event_log(folder);
    fixture->writer = gantry_history_writer_new(fixture->log, gantry_event_log_get_id(fixture->log),
                                                &fixture->servers->mysql_access);
}

static void
tear_down(Fixture *fixture, gconstpointer servers)
{
    gantry_event_sink_stop(GANTRY_EVENT_SINK(fixture->writer), STOP_US);
    gantry_event_log_close(fixture->log, US_PER_SECOND);
    release_object(fixture->writer);
    release_object(fixture->log);
}

static void
append(Fixture *fixture, EventKind kind, unsigned alarm, uint32_t alarm_seq)
{
    (void)gantry_event_log_append(fixture->log, store_event(kind, alarm, alarm_seq));
}

static bool
cursor_reached(gpointer user_data)
{
    Fixture *fixture = user_data;
    EventLogStatus log;
    EventSinkStatus sink;

    gantry_event_log_get_status(fixture->log, &log);
    gantry_event_sink_get_status(GANTRY_EVENT_SINK(fixture->writer), &sink);
    return sink.cursor == log.last_seq && g_strcmp0(sink.state, "ok") == 0;
}

static bool
is_down(gpointer user_data)
{
    Fixture *fixture = user_data;
    EventSinkStatus sink;

    gantry_event_sink_get_status(GANTRY_EVENT_SINK(fixture->writer), &sink);
    return g_strcmp0(sink.state, "down") == 0;
}

static void
events_become_rows_and_incidents(Fixture *fixture, gconstpointer servers)
{
    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    append(fixture, EVENT_ALARM_RAISED, 2, 1);
    append(fixture, EVENT_ALARM_CLEARED, 1, 2);
    Event *login = event_new(EVENT_AUDIT, store_boot_us(), store_wall_us());

    event_set(&login->actor, "anna");
    event_set(&login->text, "login");
    (void)gantry_event_log_append(fixture->log, login);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident_event"),
                    ==, 3);
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM audit"
                                                            " WHERE actor = 'anna'"),
                    ==, 1);
    g_assert_cmpint(private_servers_count(fixture->servers,
                                          "SELECT COUNT(*) FROM incident WHERE open_alarms = 1"
                                          " AND cleared_at IS NULL"),
                    ==, 1);
    g_assert_cmpint(private_servers_count(fixture->servers,
                                          "SELECT COUNT(*) FROM incident WHERE open_alarms = 0"
                                          " AND cleared_at IS NOT NULL AND events = 2"),
                    ==, 1);
}

static void
a_killed_database_gets_every_event_exactly_once(Fixture *fixture, gconstpointer servers)
{
    const unsigned n = 3000;

    for (unsigned i = 1; i <= n; i++) {
        append(fixture, EVENT_ALARM_RAISED, i, 1);
        if (i % 1000 == 0) {
            private_servers_signal(&fixture->servers->mariadbd, SIGKILL);
            private_servers_start_mariadb(fixture->servers);
        }
    }
    g_assert_true(wait_until(cursor_reached, fixture, 2 * WAIT_US));
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident_event"),
                    ==, n);
    g_assert_cmpint(private_servers_count(fixture->servers,
                                          "SELECT COUNT(DISTINCT alarm_id) FROM incident_event"),
                    ==, n);
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident"), ==,
                    n);
}

static void
a_database_that_was_emptied_is_filled_again(Fixture *fixture, gconstpointer servers)
{
    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    private_servers_signal(&fixture->servers->mariadbd, SIGKILL);
    private_servers_start_mariadb(fixture->servers);
    empty_database(fixture->servers);
    append(fixture, EVENT_ALARM_CLEARED, 1, 2);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident_event"),
                    ==, 2);
}

static void
a_lock_that_is_held_is_waited_out(Fixture *fixture, gconstpointer servers)
{
    HistoryWriterCounts counts;

    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    g_autoptr(MysqlLink) other = mysql_link_new(&fixture->servers->mysql_access);

    g_assert_true(mysql_link_open_admin(other, NULL));
    g_assert_true(mysql_link_run(other, "START TRANSACTION", NULL));
    g_assert_true(mysql_link_run(other, "SELECT * FROM journal FOR UPDATE", NULL));
    append(fixture, EVENT_ALARM_CLEARED, 1, 2);
    g_usleep(2800000); /* longer than innodb_lock_wait_timeout */
    g_assert_true(mysql_link_run(other, "COMMIT", NULL));
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    gantry_history_writer_get_counts(fixture->writer, &counts);
    g_assert_cmpuint(counts.conflicts, >=, 1);
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident_event"),
                    ==, 2);
}

typedef struct {
    HistoryReader reader;
    bool answered;
    gint64 answered_us;
    int code; /* -1: no error */
    guint n_events;
    uint64_t first_seq;
    CommandSeries series;
} Answer;

static void
take_answer(const HistoryResult *result, gpointer user_data)
{
    Answer *answer = user_data;

    answer->answered = true;
    answer->answered_us = g_get_monotonic_time();
    answer->code = result->error != NULL ? result->error->code : -1;
    if (result->events != NULL && result->events->len > 0) {
        const Event *first = g_ptr_array_index(result->events, 0);

        answer->n_events = result->events->len;
        answer->first_seq = first->seq;
        g_assert_cmpstr(first->channel_name, ==, "Kanal \"Ä\" <b>");
        g_assert_cmpint(first->fault, ==, FAULT_PICTURE_BLACK);
        g_assert_cmpint(first->raised_wall_us, >, 0);
    }
    answer->series = (CommandSeries){
        .n = result->series.n,
        .at_us = g_memdup2(result->series.at_us, result->series.n * sizeof(MonoUs)),
        .mean = g_memdup2(result->series.mean, result->series.n * sizeof(double)),
        .maximum = g_memdup2(result->series.maximum, result->series.n * sizeof(double)),
    };
}

static bool
has_answer(gpointer user_data)
{
    return ((Answer *)user_data)->answered;
}

static void
answer_clear(Answer *answer)
{
    g_free(answer->series.at_us);
    g_free(answer->series.mean);
    g_free(answer->series.maximum);
}

static void
a_stopped_database_blocks_nobody(Fixture *fixture, gconstpointer servers)
{
    Answer answer = {0};
    GantryHistoryReaderMysql *reader =
        gantry_history_reader_mysql_new(&fixture->servers->mysql_access);

    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    private_servers_signal(&fixture->servers->mariadbd, SIGSTOP);
    const gint64 begin = g_get_monotonic_time();

    append(fixture, EVENT_ALARM_CLEARED, 1, 2);
    answer.reader.events(answer.reader.self, "", G_MAXINT64, 10, take_answer, &answer);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, US_PER_SECOND / 10);
    g_assert_true(wait_until(has_answer, &answer, WAIT_US));
    g_assert_cmpint(answer.answered_us - begin, <, 5 * US_PER_SECOND / 2);
    g_assert_cmpint(answer.code, >=, 0);
    g_assert_true(wait_until(is_down, fixture, 7 * US_PER_SECOND));
    gantry_history_reader_mysql_stop(reader, STOP_US);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, 9 * US_PER_SECOND);
    private_servers_signal(&fixture->servers->mariadbd, SIGCONT);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident_event"),
                    ==, 2);
    release_object(reader);
    answer_clear(&answer);
}

static void
what_was_written_is_read_back(Fixture *fixture, gconstpointer servers)
{
    Answer answer = {0}, none = {0}, down = {0};
    GantryHistoryReaderMysql *reader =
        gantry_history_reader_mysql_new(&fixture->servers->mysql_access);

    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    append(fixture, EVENT_ALARM_RAISED, 2, 1);
    append(fixture, EVENT_ALARM_CLEARED, 1, 2);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    answer.reader.events(answer.reader.self, "channel/ch-1", G_MAXINT64, 10, take_answer, &answer);
    g_assert_true(wait_until(has_answer, &answer, WAIT_US));
    g_assert_cmpint(answer.code, ==, -1);
    g_assert_cmpuint(answer.n_events, ==, 2);
    g_assert_cmpuint(answer.first_seq, ==, 3); /* newest first */
    answer.reader.series(answer.reader.self, "ch-1", METRIC_LUMA_MEAN, 0, 1, 1, take_answer, &none);
    g_assert_true(wait_until(has_answer, &none, WAIT_US));
    g_assert_cmpint(none.code, ==, GANTRY_ERROR_NOT_FOUND);
    private_servers_signal(&fixture->servers->mariadbd, SIGKILL);
    answer.reader.events(answer.reader.self, "", G_MAXINT64, 10, take_answer, &down);
    g_assert_true(wait_until(has_answer, &down, 3 * US_PER_SECOND));
    g_assert_cmpint(down.code, ==, GANTRY_ERROR_UNAVAILABLE);
    private_servers_start_mariadb(fixture->servers);
    gantry_history_reader_mysql_stop(reader, STOP_US);
    release_object(reader);
    answer_clear(&answer);
    answer_clear(&none);
    answer_clear(&down);
}

static bool
rows_are_there(gpointer user_data)
{
    Fixture *fixture = user_data;

    return private_servers_count(fixture->servers, "SELECT COUNT(*) FROM health_10s") ==
           fixture->expected;
}

static void
add_health(Fixture *fixture, const char *channel, WallUs at_us, double bitrate)
{
    const HealthRow row = {.channel = channel,
                           .at_us = at_us,
                           .bitrate_mean = bitrate,
                           .bitrate_min = bitrate - 100,
                           .bitrate_max = bitrate + 100,
                           .cc_errors = 5,
                           .packets = 1000,
                           .state = CHANNEL_OK};

    gantry_history_writer_add_health(fixture->writer, &row);
}

static void
health_is_summed_up_to_minutes_and_drawn(Fixture *fixture, gconstpointer servers)
{
    const WallUs minute = store_wall_us() / (60 * US_PER_SECOND) * (60 * US_PER_SECOND);
    Answer answer = {0};
    GantryHistoryReaderMysql *reader =
        gantry_history_reader_mysql_new(&fixture->servers->mysql_access);

    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    add_health(fixture, "ch-1", minute, 1000);
    add_health(fixture, "ch-1", minute + 10 * US_PER_SECOND, 3000);
    add_health(fixture, "ch-2", minute, NAN);
    add_health(fixture, "ch-1", minute, 1000); /* written twice, counted once */
    fixture->expected = 3;
    g_assert_true(wait_until(rows_are_there, fixture, WAIT_US));
    g_assert_cmpint(private_servers_count(fixture->servers,
                                          "SELECT bitrate_mean FROM health_1m"
                                          " WHERE channel = 'ch-1' AND cc_errors = 10"),
                    ==, 2000);
    answer.reader.series(answer.reader.self, "ch-1", METRIC_BITRATE, minute,
                         minute + 60 * US_PER_SECOND, 100, take_answer, &answer);
    g_assert_true(wait_until(has_answer, &answer, WAIT_US));
    g_assert_cmpint(answer.code, ==, -1);
    g_assert_cmpuint(answer.series.n, >=, 6);
    g_assert_cmpint(answer.series.at_us[0], ==, minute);
    g_assert_cmpfloat(answer.series.mean[0], ==, 1000);
    g_assert_cmpfloat(answer.series.maximum[1], ==, 3100);
    g_assert_true(isnan(answer.series.mean[2]));
    gantry_history_reader_mysql_stop(reader, STOP_US);
    release_object(reader);
    answer_clear(&answer);
}

static void
what_comes_last_is_written_at_the_stop(Fixture *fixture, gconstpointer servers)
{
    const DeliveryRecord record = {.receiver = "noc",
                                   .event_id = "00000000-0000-4000-8000-000000000001",
                                   .alarm_id = "00000000-0000-4000-8000-000000000002",
                                   .seq = 1,
                                   .attempt = 1,
                                   .at_us = store_wall_us(),
                                   .outcome = DELIVERY_OK,
                                   .status = 204,
                                   .answer = "fine \xff"};

    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    append(fixture, EVENT_ALARM_RAISED, 1, 1);
    gantry_event_log_close(fixture->log, US_PER_SECOND);
    gantry_history_writer_add_delivery(fixture->writer, &record);
    gantry_event_sink_stop(GANTRY_EVENT_SINK(fixture->writer), STOP_US);
    g_assert_cmpint(private_servers_count(fixture->servers, "SELECT COUNT(*) FROM incident_event"),
                    ==, 1);
    g_assert_cmpint(
        private_servers_count(fixture->servers, "SELECT COUNT(*) FROM delivery WHERE status = 204"),
        ==, 1);
}

static void
a_database_that_is_away_costs_the_oldest_health_rows_only(Fixture *fixture, gconstpointer servers)
{
    HistoryWriterCounts counts;

    g_assert_true(wait_until(cursor_reached, fixture, WAIT_US));
    private_servers_signal(&fixture->servers->mariadbd, SIGKILL);
    const WallUs base = store_wall_us() / (10 * US_PER_SECOND) * (10 * US_PER_SECOND);

    for (unsigned i = 0; i < HISTORY_MAX_HEALTH + 100; i++) {
        g_autofree char *channel = g_strdup_printf("ch-%u", i);

        add_health(fixture, channel, base, 1000);
    }
    gantry_history_writer_get_counts(fixture->writer, &counts);
    g_assert_cmpuint(counts.dropped_health, >=, 100);
    private_servers_start_mariadb(fixture->servers);
    fixture->expected = HISTORY_MAX_HEALTH;
    g_assert_true(wait_until(rows_are_there, fixture, 2 * WAIT_US));
    g_assert_cmpint(private_servers_count(fixture->servers,
                                          "SELECT COUNT(*) FROM health_10s WHERE channel = 'ch-0'"),
                    ==, 0);
}

static MysqlLink *
admin_link(PrivateServers *servers)
{
    MysqlLink *link = mysql_link_new(&servers->mysql_access);
    g_autoptr(GError) error = NULL;
    const bool open = mysql_link_open_admin(link, &error);

    g_assert_no_error(error);
    g_assert_true(open);
    return link;
}

static void
every_older_schema_becomes_the_newest(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;

    for (unsigned from = 0; from <= mysql_schema_newest(); from++) {
        g_autoptr(GError) error = NULL;

        empty_database(servers);
        g_autoptr(MysqlLink) link = admin_link(servers);

        g_assert_true(mysql_schema_apply(link, from, &error));
        g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
        g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
        g_assert_no_error(error);
        g_assert_cmpint(private_servers_count(servers, "SELECT MAX(version) FROM schema_version"),
                        ==, mysql_schema_newest());
        g_assert_cmpint(private_servers_count(servers, "SELECT COUNT(*) FROM schema_version"), ==,
                        mysql_schema_newest());
        g_assert_cmpint(private_servers_count(servers, "SELECT COUNT(*) FROM delivery"), ==, 0);
    }
}

static void
a_newer_schema_is_refused(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;
    g_autoptr(GError) error = NULL;

    empty_database(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_free(private_servers_sql(servers, "INSERT INTO schema_version VALUES (999, 'later', NOW())"));
    g_assert_false(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
}

static gint64
partitions(PrivateServers *servers, const char *table)
{
    g_autofree char *sql = g_strdup_printf("SELECT COUNT(*) FROM information_schema.partitions"
                                           " WHERE table_schema = DATABASE()"
                                           " AND table_name = '%s'",
                                           table);

    return private_servers_count(servers, sql);
}

static void
old_days_are_dropped_and_coming_ones_made(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;
    const WallUs day_us = 24 * 3600 * US_PER_SECOND;
    const WallUs now = INT64_C(1795170030) * US_PER_SECOND;
    g_autoptr(GError) error = NULL;

    empty_database(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_assert_true(mysql_schema_tend(link, now, &error));
    g_assert_true(mysql_schema_tend(link, now, &error));
    g_assert_cmpint(partitions(servers, "health_10s"), ==, 1 + 4);
    g_free(private_servers_sql(servers, "INSERT INTO health_10s VALUES"
                                        " ('a', '2026-11-20 10:00:00', 1, 1, 1, 0, 0, 0, 1)"));
    for (unsigned day = 1; day <= 8; day++)
        g_assert_true(mysql_schema_tend(link, now + day * day_us, &error));
    g_assert_no_error(error);
    g_assert_cmpint(private_servers_count(servers, "SELECT COUNT(*) FROM health_10s"), ==, 0);
    g_assert_cmpint(partitions(servers, "health_10s"), ==, 1 + 8 + 3);
    g_assert_cmpint(partitions(servers, "health_1m"), ==, 1 + 9 + 3);
}

#define ADD(path, function)                                                                        \
    g_test_add("/history/" path, Fixture, servers, set_up, function, tear_down)

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
    g_test_add_data_func("/schema/every-older-schema-becomes-the-newest", servers,
                         every_older_schema_becomes_the_newest);
    g_test_add_data_func("/schema/a-newer-schema-is-refused", servers, a_newer_schema_is_refused);
    g_test_add_data_func("/schema/old-days-are-dropped-and-coming-ones-made", servers,
                         old_days_are_dropped_and_coming_ones_made);
    ADD("events-become-rows-and-incidents", events_become_rows_and_incidents);
    ADD("a-killed-database-gets-every-event-exactly-once",
        a_killed_database_gets_every_event_exactly_once);
    ADD("a-database-that-was-emptied-is-filled-again", a_database_that_was_emptied_is_filled_again);
    ADD("a-lock-that-is-held-is-waited-out", a_lock_that_is_held_is_waited_out);
    ADD("a-stopped-database-blocks-nobody", a_stopped_database_blocks_nobody);
    ADD("what-was-written-is-read-back", what_was_written_is_read_back);
    ADD("health-is-summed-up-to-minutes-and-drawn", health_is_summed_up_to_minutes_and_drawn);
    ADD("what-comes-last-is-written-at-the-stop", what_comes_last_is_written_at_the_stop);
    ADD("a-database-that-is-away-costs-the-oldest-health-rows-only",
        a_database_that_is_away_costs_the_oldest_health_rows_only);
    const int result = g_test_run();

    private_servers_free(servers);
    return result;
}
