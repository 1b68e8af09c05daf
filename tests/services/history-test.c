/* The history against a real MariaDB: migrations, exactly once, outages, reading back. */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>

#include "appliance/stores/history-reader-mysql.h"
#include "appliance/stores/history-writer.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "tests/services/history-rig.h"
#include "tests/services/store-events.h"

static void
events_become_rows_and_incidents(HistoryRig *rig, gconstpointer servers)
{
    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    history_rig_append(rig, EVENT_ALARM_RAISED, 2, 1);
    history_rig_append(rig, EVENT_ALARM_CLEARED, 1, 2);
    Event *login = event_new(EVENT_AUDIT, boot_now_us(), wall_now_us());

    event_set(&login->actor, "anna");
    event_set(&login->text, "login");
    (void)gantry_event_log_append(rig->log, login);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    3);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM audit"
                                                        " WHERE actor = 'anna'"),
                    ==, 1);
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM incident WHERE open_alarms = 1"
                                          " AND cleared_at IS NULL"),
                    ==, 1);
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM incident WHERE open_alarms = 0"
                                          " AND cleared_at IS NOT NULL AND events = 2"),
                    ==, 1);
}

static void
an_alarm_that_joins_an_incident_is_none_of_its_own(HistoryRig *rig, gconstpointer servers)
{
    g_autofree char *parent = store_event_alarm_id(9);
    Event *joined = store_event(EVENT_ALARM_JOINED, 1, 2);
    Event *cleared = store_event(EVENT_ALARM_CLEARED, 1, 3);

    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident"), ==, 1);
    history_rig_append(rig, EVENT_ALARM_RAISED, 9, 1);
    event_set(&joined->incident_id, parent);
    event_set(&cleared->incident_id, parent);
    (void)gantry_event_log_append(rig->log, joined);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT open_alarms FROM incident WHERE alarms = 2"
                                          " AND cleared_at IS NULL"),
                    ==, 2);
    (void)gantry_event_log_append(rig->log, cleared);
    history_rig_append(rig, EVENT_ALARM_CLEARED, 9, 2);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident"), ==, 1);
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM incident WHERE alarms = 2 AND"
                                          " open_alarms = 0 AND cleared_at IS NOT NULL AND"
                                          " events = 5"),
                    ==, 1);
}

static void
what_was_only_noted_is_no_incident(HistoryRig *rig, gconstpointer servers)
{
    history_rig_append(rig, EVENT_ALARM_NOTED, 1, 1);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    1);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident"), ==, 0);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM alarm"), ==, 0);
}

static void
a_killed_database_gets_every_event_exactly_once(HistoryRig *rig, gconstpointer servers)
{
    const unsigned n = 3000;

    for (unsigned i = 1; i <= n; i++) {
        history_rig_append(rig, EVENT_ALARM_RAISED, i, 1);
        if (i % 1000 == 0) {
            private_servers_signal(&rig->servers->mariadbd, SIGKILL);
            private_servers_start_mariadb(rig->servers);
        }
    }
    g_assert_true(wait_until(history_rig_is_done, rig, 2 * HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    n);
    g_assert_cmpint(
        private_servers_count(rig->servers, "SELECT COUNT(DISTINCT alarm_id) FROM incident_event"),
        ==, n);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident"), ==, n);
}

static void
a_database_that_was_emptied_is_filled_again(HistoryRig *rig, gconstpointer servers)
{
    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    private_servers_signal(&rig->servers->mariadbd, SIGKILL);
    private_servers_start_mariadb(rig->servers);
    history_rig_empty(rig->servers);
    history_rig_append(rig, EVENT_ALARM_CLEARED, 1, 2);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    2);
}

/* Longer than innodb_lock_wait_timeout. */
static bool
has_waited_in_vain(gpointer user_data)
{
    HistoryRig *rig = user_data;
    HistoryWriterCounts counts;

    gantry_history_writer_get_counts(rig->writer, &counts);
    return counts.conflicts >= 1;
}

static void
a_lock_that_is_held_is_waited_out(HistoryRig *rig, gconstpointer servers)
{
    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_autoptr(MysqlLink) other = mysql_link_new(&rig->servers->mysql_access);

    g_assert_true(mysql_link_open_admin(other, NULL));
    g_assert_true(mysql_link_run(other, "START TRANSACTION", NULL));
    g_assert_true(mysql_link_run(other, "SELECT * FROM journal FOR UPDATE", NULL));
    history_rig_append(rig, EVENT_ALARM_CLEARED, 1, 2);
    g_assert_true(wait_until(has_waited_in_vain, rig, HISTORY_RIG_WAIT_US));
    g_assert_true(mysql_link_run(other, "COMMIT", NULL));
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    2);
}

#define SERIES_ASKED 3u

typedef struct {
    HistoryReader reader;
    bool answered;
    gint64 answered_us;
    int code; /* -1: no error */
    guint n_events;
    uint64_t first_seq;
    CommandSeries series[SERIES_ASKED];
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
        g_assert_cmpint(first->impact, ==, IMPACT_OFF_AIR);
        g_assert_cmpint(first->quiet, ==, QUIET_SHELVED);
        g_assert_true(first->first_out);
        g_assert_cmpuint(first->members, ==, 3);
        g_assert_cmpint(first->until_wall_us, ==, first->raised_wall_us + US_PER_SECOND);
        g_assert_cmpstr(first->owner, ==, "Änna");
    }
    for (size_t i = 0; i < SERIES_ASKED; i++) {
        const CommandSeries *series = &result->series[i];

        answer->series[i] = (CommandSeries){
            .n = series->n,
            .at_us = g_memdup2(series->at_us, series->n * sizeof(MonoUs)),
            .minimum = g_memdup2(series->minimum, series->n * sizeof(double)),
            .mean = g_memdup2(series->mean, series->n * sizeof(double)),
            .maximum = g_memdup2(series->maximum, series->n * sizeof(double)),
        };
    }
}

static bool
has_answer(gpointer user_data)
{
    return ((Answer *)user_data)->answered;
}

static void
answer_clear(Answer *answer)
{
    for (size_t i = 0; i < SERIES_ASKED; i++) {
        g_free(answer->series[i].at_us);
        g_free(answer->series[i].minimum);
        g_free(answer->series[i].mean);
        g_free(answer->series[i].maximum);
    }
}

static void
a_stopped_database_blocks_nobody(HistoryRig *rig, gconstpointer servers)
{
    Answer answer = {0};
    GantryHistoryReaderMysql *reader = gantry_history_reader_mysql_new(&rig->servers->mysql_access);

    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    private_servers_signal(&rig->servers->mariadbd, SIGSTOP);
    const gint64 begin = g_get_monotonic_time();

    history_rig_append(rig, EVENT_ALARM_CLEARED, 1, 2);
    answer.reader.events(answer.reader.self, "", G_MAXINT64, 10, take_answer, &answer);
    g_assert_cmpint(g_get_monotonic_time() - begin, <, US_PER_SECOND);
    g_assert_true(wait_until(has_answer, &answer, HISTORY_RIG_WAIT_US));
    g_test_message("given up after %d ms", (int)((answer.answered_us - begin) / US_PER_MS));
    g_assert_cmpint(answer.answered_us - begin, <,
                    10 * US_PER_SECOND); /* 2 s, where nothing else runs */
    g_assert_cmpint(answer.code, >=, 0);
    g_assert_true(wait_until(history_rig_is_down, rig, HISTORY_RIG_WAIT_US));
    const gint64 stopping = g_get_monotonic_time();

    gantry_history_reader_mysql_stop(reader, HISTORY_RIG_STOP_US);
    g_assert_cmpint(g_get_monotonic_time() - stopping, <, HISTORY_RIG_STOP_US + US_PER_SECOND);
    private_servers_signal(&rig->servers->mariadbd, SIGCONT);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    2);
    release_object(reader);
    answer_clear(&answer);
}

static void
what_was_written_is_read_back(HistoryRig *rig, gconstpointer servers)
{
    Answer answer = {0}, none = {0}, down = {0};
    GantryHistoryReaderMysql *reader = gantry_history_reader_mysql_new(&rig->servers->mysql_access);

    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    history_rig_append(rig, EVENT_ALARM_RAISED, 2, 1);
    history_rig_append(rig, EVENT_ALARM_CLEARED, 1, 2);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    answer.reader.events(answer.reader.self, "channel/ch-1", G_MAXINT64, 10, take_answer, &answer);
    g_assert_true(wait_until(has_answer, &answer, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(answer.code, ==, -1);
    g_assert_cmpuint(answer.n_events, ==, 2);
    g_assert_cmpuint(answer.first_seq, ==, 3); /* newest first */
    const HistorySeries unkept = {
        .channel = "ch-1", .metrics = {METRIC_BLOCKINESS}, .n_metrics = 1, .to_us = 1};

    answer.reader.series(answer.reader.self, &unkept, take_answer, &none);
    g_assert_true(wait_until(has_answer, &none, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(none.code, ==, GANTRY_ERROR_NOT_FOUND);
    private_servers_signal(&rig->servers->mariadbd, SIGKILL);
    answer.reader.events(answer.reader.self, "", G_MAXINT64, 10, take_answer, &down);
    g_assert_true(wait_until(has_answer, &down, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(down.code, ==, GANTRY_ERROR_UNAVAILABLE);
    private_servers_start_mariadb(rig->servers);
    gantry_history_reader_mysql_stop(reader, HISTORY_RIG_STOP_US);
    release_object(reader);
    answer_clear(&answer);
    answer_clear(&none);
    answer_clear(&down);
}

static bool
rows_are_there(gpointer user_data)
{
    HistoryRig *rig = user_data;

    return private_servers_count(rig->servers, "SELECT COUNT(*) FROM health_10s") == rig->expected;
}

static void
add_health(HistoryRig *rig, const char *channel, WallUs at_us, double bitrate)
{
    const HealthRow row = {.channel = channel,
                           .at_us = at_us,
                           .bitrate_mean = bitrate,
                           .bitrate_min = bitrate - 100,
                           .bitrate_max = bitrate + 100,
                           .cc_errors = 5,
                           .packets = 1000,
                           .state = CHANNEL_OK,
                           .measured_s = 10,
                           .error_seconds = 3,
                           .gauges = {{NAN, NAN, NAN},
                                      {NAN, NAN, NAN},
                                      {NAN, NAN, NAN},
                                      {bitrate / 10000, bitrate / 20000, bitrate / 5000}}};

    gantry_history_writer_add_health(rig->writer, &row);
}

static void
health_is_summed_up_to_minutes_and_drawn(HistoryRig *rig, gconstpointer servers)
{
    const WallUs minute = wall_now_us() / (60 * US_PER_SECOND) * (60 * US_PER_SECOND);
    Answer answer = {0};
    GantryHistoryReaderMysql *reader = gantry_history_reader_mysql_new(&rig->servers->mysql_access);

    gantry_history_reader_mysql_get_reader(reader, &answer.reader);
    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    add_health(rig, "ch-1", minute, 1000);
    add_health(rig, "ch-1", minute + 10 * US_PER_SECOND, 3000);
    add_health(rig, "ch-2", minute, NAN);
    add_health(rig, "ch-1", minute, 1000); /* written twice, counted once */
    rig->expected = 3;
    g_assert_true(wait_until(rows_are_there, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT bitrate_mean FROM health_1m"
                                          " WHERE channel = 'ch-1' AND cc_errors = 10"),
                    ==, 2000);
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM health_1m WHERE channel = 'ch-1'"
                                          " AND measured_s = 20 AND error_seconds = 6"),
                    ==, 1);
    const HistorySeries query = {.channel = "ch-1",
                                 .metrics = {METRIC_BITRATE, METRIC_BLOCKINESS, METRIC_LUMA_MEAN},
                                 .n_metrics = SERIES_ASKED,
                                 .from_us = minute,
                                 .to_us = minute + 60 * US_PER_SECOND,
                                 .bucket_s = 1};

    answer.reader.series(answer.reader.self, &query, take_answer, &answer);
    g_assert_true(wait_until(has_answer, &answer, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(answer.code, ==, -1);
    g_assert_cmpuint(answer.series[0].n, ==, 6);
    g_assert_cmpint(answer.series[0].at_us[0], ==, minute);
    g_assert_cmpfloat(answer.series[0].mean[0], ==, 1000);
    g_assert_cmpfloat(answer.series[0].maximum[1], ==, 3100);
    g_assert_true(isnan(answer.series[0].mean[2]));
    g_assert_cmpuint(answer.series[1].n, ==, 0); /* no history of it is kept */
    g_assert_cmpfloat_with_epsilon(answer.series[2].mean[1], 0.3, 1e-6);
    g_assert_cmpfloat_with_epsilon(answer.series[2].minimum[1], 0.15, 1e-6);
    g_assert_cmpfloat_with_epsilon(answer.series[2].maximum[1], 0.6, 1e-6);
    g_assert_true(isnan(answer.series[2].mean[3]));
    answer_clear(&answer);
    answer.answered = false;
    HistorySeries minutes = query;

    minutes.bucket_s = 60;
    answer.reader.series(answer.reader.self, &minutes, take_answer, &answer);
    g_assert_true(wait_until(has_answer, &answer, HISTORY_RIG_WAIT_US));
    g_assert_cmpuint(answer.series[0].n, ==, 1); /* of the minutes' table */
    g_assert_cmpfloat(answer.series[0].mean[0], ==, 2000);
    g_assert_cmpfloat_with_epsilon(answer.series[2].minimum[0], 0.05, 1e-6);
    g_assert_cmpfloat_with_epsilon(answer.series[2].maximum[0], 0.6, 1e-6);
    gantry_history_reader_mysql_stop(reader, HISTORY_RIG_STOP_US);
    release_object(reader);
    answer_clear(&answer);
}

static bool
hours_are_known(gpointer user_data)
{
    const HistoryRig *rig = user_data;

    return private_servers_count(rig->servers,
                                 "SELECT COUNT(*) FROM health_1h_span WHERE id = 1") == 1;
}

/* They were in the queue while the database was away, and their hour was summed up meanwhile. */
static void
minutes_that_come_late_are_in_their_hour(HistoryRig *rig, gconstpointer servers)
{
    const int64_t hour_us = 3600 * US_PER_SECOND;
    const WallUs hour = (wall_now_us() / hour_us - 3) * hour_us;

    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    g_assert_true(wait_until(hours_are_known, rig, HISTORY_RIG_WAIT_US));
    add_health(rig, "ch-1", hour, 1000);
    add_health(rig, "ch-1", hour + 59 * 60 * US_PER_SECOND, 3000);
    add_health(rig, "ch-1", hour + hour_us, 9000);
    rig->expected = 3;
    g_assert_true(wait_until(rows_are_there, rig, HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM health_1h WHERE channel = 'ch-1'"
                                          " AND bitrate_mean = 2000 AND bitrate_min = 900"
                                          " AND bitrate_max = 3100 AND cc_errors_max = 5"
                                          " AND MINUTE(at) = 0"),
                    ==, 1);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM health_1h"), ==, 2);
}

static void
what_comes_last_is_written_at_the_stop(HistoryRig *rig, gconstpointer servers)
{
    const DeliveryRecord record = {.receiver = "noc",
                                   .event_id = "00000000-0000-4000-8000-000000000001",
                                   .alarm_id = "00000000-0000-4000-8000-000000000002",
                                   .seq = 1,
                                   .attempt = 1,
                                   .at_us = wall_now_us(),
                                   .outcome = DELIVERY_OK,
                                   .status = 204,
                                   .answer = "fine \xff"};

    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    history_rig_append(rig, EVENT_ALARM_RAISED, 1, 1);
    gantry_event_log_close(rig->log, PATIENCE_US);
    gantry_history_writer_add_delivery(rig->writer, &record);
    gantry_event_sink_stop(GANTRY_EVENT_SINK(rig->writer), HISTORY_RIG_STOP_US);
    g_assert_cmpint(private_servers_count(rig->servers, "SELECT COUNT(*) FROM incident_event"), ==,
                    1);
    g_assert_cmpint(
        private_servers_count(rig->servers, "SELECT COUNT(*) FROM delivery WHERE status = 204"), ==,
        1);
}

static void
a_database_that_is_away_costs_the_oldest_health_rows_only(HistoryRig *rig, gconstpointer servers)
{
    HistoryWriterCounts counts;

    g_assert_true(wait_until(history_rig_is_done, rig, HISTORY_RIG_WAIT_US));
    private_servers_signal(&rig->servers->mariadbd, SIGKILL);
    const WallUs base = wall_now_us() / (10 * US_PER_SECOND) * (10 * US_PER_SECOND);

    for (unsigned i = 0; i < HISTORY_MAX_HEALTH + 100; i++) {
        g_autofree char *channel = g_strdup_printf("ch-%u", i);

        add_health(rig, channel, base, 1000);
    }
    gantry_history_writer_get_counts(rig->writer, &counts);
    g_assert_cmpuint(counts.dropped_health, >=, 100);
    private_servers_start_mariadb(rig->servers);
    rig->expected = HISTORY_MAX_HEALTH;
    g_assert_true(wait_until(rows_are_there, rig, 2 * HISTORY_RIG_WAIT_US));
    g_assert_cmpint(private_servers_count(rig->servers,
                                          "SELECT COUNT(*) FROM health_10s WHERE channel = 'ch-0'"),
                    ==, 0);
}

#define ADD(path, function)                                                                        \
    g_test_add("/history/" path, HistoryRig, servers, history_rig_set_up, function,                \
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
    ADD("events-become-rows-and-incidents", events_become_rows_and_incidents);
    ADD("an-alarm-that-joins-an-incident-is-none-of-its-own",
        an_alarm_that_joins_an_incident_is_none_of_its_own);
    ADD("what-was-only-noted-is-no-incident", what_was_only_noted_is_no_incident);
    ADD("a-killed-database-gets-every-event-exactly-once",
        a_killed_database_gets_every_event_exactly_once);
    ADD("a-database-that-was-emptied-is-filled-again", a_database_that_was_emptied_is_filled_again);
    ADD("a-lock-that-is-held-is-waited-out", a_lock_that_is_held_is_waited_out);
    ADD("a-stopped-database-blocks-nobody", a_stopped_database_blocks_nobody);
    ADD("what-was-written-is-read-back", what_was_written_is_read_back);
    ADD("health-is-summed-up-to-minutes-and-drawn", health_is_summed_up_to_minutes_and_drawn);
    ADD("minutes-that-come-late-are-in-their-hour", minutes_that_come_late_are_in_their_hour);
    ADD("what-comes-last-is-written-at-the-stop", what_comes_last_is_written_at_the_stop);
    ADD("a-database-that-is-away-costs-the-oldest-health-rows-only",
        a_database_that_is_away_costs_the_oldest_health_rows_only);
    const int result = g_test_run();

    private_servers_free(servers);
    return result;
}
