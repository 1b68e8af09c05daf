/* Migrations, partitions and rights, on a real MariaDB. */
#include <string.h>

#include "appliance/stores/history-retention.h"
#include "appliance/stores/mysql-schema.h"
#include "pipelines/base/error.h"
#include "tests/services/history-rig.h"

#define HEALTH_INSERT                                                                              \
    "INSERT INTO health_10s (channel, at, cc_errors, packets, own_drops, state) VALUES"

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

/* Rows as version 1 of the program wrote them. */
static void
fill_first_version(PrivateServers *servers)
{
    g_free(private_servers_sql(
        servers,
        "INSERT INTO channel VALUES ('a', 'a', 'A', 'A', '', 'udp://239.0.0.1:5000', '', 0, 0,"
        " '2026-11-20 10:00:00');"
        "INSERT INTO journal VALUES ('j', 2, '2026-11-20 10:00:00');"
        "INSERT INTO incident VALUES ('i', 'j', 'channel/a', 1, 5, 0, 'Kanal Ä', '2026-11-20"
        " 10:00:00', NULL, 1, 1, 2, 2);"
        "INSERT INTO incident_event VALUES ('j', 1, 'e', 1, 1, '2026-11-20 10:00:00', 1, 1, 'i',"
        " 'i', 1, 'channel/a', 'A', '', '', 1, 5, 0, '2026-11-20 10:00:00', NULL, 0, NULL, 'text',"
        " '', 'note');"
        "INSERT INTO audit VALUES ('j', 2, 'f', 16, '2026-11-20 10:00:00', 1, 'anna', '', 'login',"
        " '');"
        "ALTER TABLE health_10s ADD PARTITION (PARTITION d740305 VALUES LESS THAN (740306));"
        "INSERT INTO health_10s VALUES ('a', '2026-11-20 10:00:00', 1, 1, 1, 0, 0, 0, 1);"
        "INSERT INTO thumbnail VALUES ('a', '2026-11-20 10:00:00', 'a/b.jpg', 10)"));
}

static void
assert_first_version_kept(PrivateServers *servers)
{
    static const char *const tables[] = {"channel", "incident",   "incident_event",
                                         "audit",   "health_10s", "thumbnail"};

    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *sql = g_strdup_printf("SELECT COUNT(*) FROM %s", tables[i]);

        g_assert_cmpint(private_servers_count(servers, sql), ==, 1);
    }
    g_assert_cmpint(private_servers_count(servers,
                                          "SELECT COUNT(*) FROM incident_event WHERE id = 'e' AND"
                                          " note = 'note' AND impact = 0 AND quiet = 0 AND owner ="
                                          " '' AND members = 0 AND until_at IS NULL"),
                    ==, 1);
}

static void
every_older_schema_becomes_the_newest_and_keeps_its_rows(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;

    for (unsigned from = 0; from <= mysql_schema_newest(); from++) {
        g_autoptr(GError) error = NULL;

        history_rig_empty(servers);
        g_autoptr(MysqlLink) link = admin_link(servers);

        g_assert_true(mysql_schema_apply(link, MIN(from, 1), &error));
        if (from > 0)
            fill_first_version(servers);
        g_assert_true(mysql_schema_apply(link, from, &error));
        g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
        g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
        g_assert_no_error(error);
        g_assert_cmpint(private_servers_count(servers, "SELECT MAX(version) FROM schema_version"),
                        ==, mysql_schema_newest());
        g_assert_cmpint(private_servers_count(servers, "SELECT COUNT(*) FROM schema_version"), ==,
                        mysql_schema_newest());
        if (from > 0)
            assert_first_version_kept(servers);
    }
}

static void
a_migration_that_was_cut_short_is_finished(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;
    g_autoptr(GError) error = NULL;

    history_rig_empty(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, 2, &error));
    g_free(private_servers_sql(servers,
                               "ALTER TABLE incident_event ADD COLUMN impact TINYINT UNSIGNED NOT"
                               " NULL DEFAULT 0"));
    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_assert_no_error(error);
    g_assert_cmpint(private_servers_count(servers,
                                          "SELECT COUNT(*) FROM information_schema.columns WHERE"
                                          " table_schema = DATABASE() AND table_name ="
                                          " 'incident_event' AND column_name IN ('impact',"
                                          " 'owner')"),
                    ==, 2);
}

static void
a_newer_schema_is_refused(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;
    g_autoptr(GError) error = NULL;

    history_rig_empty(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_free(private_servers_sql(servers, "INSERT INTO schema_version VALUES (999, 'later', NOW())"));
    g_assert_false(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_assert_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "a newer Gantry has used it"));
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

    history_rig_empty(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_assert_true(mysql_schema_tend(link, now, true, &error));
    g_assert_true(mysql_schema_tend(link, now, true, &error));
    g_assert_cmpint(partitions(servers, "health_10s"), ==, 1 + 4);
    g_free(private_servers_sql(servers, HEALTH_INSERT " ('a', '2026-11-20 10:00:00', 0, 0, 0, 1)"));
    for (unsigned day = 1; day <= 8; day++)
        g_assert_true(mysql_schema_tend(link, now + day * day_us, true, &error));
    g_assert_no_error(error);
    g_assert_cmpint(private_servers_count(servers, "SELECT COUNT(*) FROM health_10s"), ==, 0);
    g_assert_cmpint(partitions(servers, "health_10s"), ==, 1 + 8 + 3);
    g_assert_cmpint(partitions(servers, "health_1m"), ==, 1 + 9 + 3);
}

static void
a_clock_that_ran_ahead_costs_no_row_and_no_later_day(gconstpointer data)
{
    PrivateServers *servers = (PrivateServers *)data;
    const WallUs year_us = INT64_C(365) * 24 * 3600 * US_PER_SECOND;
    const WallUs now = INT64_C(1795170030) * US_PER_SECOND; /* 2026-11-20 */
    g_autoptr(GError) error = NULL;

    history_rig_empty(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    g_assert_true(mysql_schema_tend(link, now, true, &error));
    g_free(private_servers_sql(servers, HEALTH_INSERT " ('a', '2026-11-20 10:00:00', 0, 0, 0, 1)"));
    g_assert_true(mysql_schema_tend(link, now + 14 * year_us, false, &error));
    g_free(private_servers_sql(servers, HEALTH_INSERT " ('a', '2040-11-16 10:00:00', 0, 0, 0, 1)"));
    g_assert_true(mysql_schema_tend(link, now + US_PER_SECOND, true, &error));
    g_assert_true(mysql_schema_tend(link, now + year_us / 73, true, &error)); /* five days on */
    g_assert_no_error(error);
    g_assert_cmpint(private_servers_count(servers, "SELECT COUNT(*) FROM health_10s"), ==, 2);
    g_assert_cmpint(private_servers_count(servers,
                                          "SELECT COUNT(*) FROM information_schema.partitions WHERE"
                                          " table_schema = DATABASE() AND table_name = 'health_10s'"
                                          " AND partition_name IN ('d740310', 'd740313')"),
                    ==, 2);
}

/* Rows of an alarm @id of long ago; @cleared: NULL while it stands. */
static void
insert_old_alarm(PrivateServers *servers, const char *id, unsigned seq, const char *cleared)
{
    g_autofree char *rows = g_strdup_printf(
        "INSERT INTO incident_event VALUES ('j', %u, '%s', 1, 1, '2025-01-01', 1, 1, '%s', '%s', 1,"
        " 'channel/a', 'A', '', '', 1, 5, 0, '2025-01-01', %s, 0, NULL, '', '', '', 0, 0, 0, 0, "
        "NULL,"
        " '');"
        "INSERT INTO alarm VALUES ('%s', 'j', '%s', 'channel/a', 1, 5, 0, 0, 0, 0, 0, '',"
        " '2025-01-01', %s, 0, NULL, '', '2025-01-01', %u, 1);"
        "INSERT INTO incident VALUES ('%s', 'j', 'channel/a', 1, 5, 0, '', '2025-01-01', %s, 1, 1, "
        "1,"
        " %u)",
        seq, id, id, id, cleared, id, id, cleared, seq, id, cleared, seq);

    g_free(private_servers_sql(servers, rows));
}

static void
what_is_older_than_400_days_goes_unless_its_alarm_stands(gconstpointer data)
{
    static const char *const tables[] = {"incident_event", "alarm", "incident"};
    static const char *const gone[] = {"audit", "delivery", "thumbnail"};
    PrivateServers *servers = (PrivateServers *)data;
    const WallUs now = INT64_C(1795170030) * US_PER_SECOND; /* 2026-11-20 */
    g_autoptr(GError) error = NULL;

    history_rig_empty(servers);
    g_autoptr(MysqlLink) link = admin_link(servers);

    g_assert_true(mysql_schema_apply(link, mysql_schema_newest(), &error));
    insert_old_alarm(servers, "cleared", 1, "'2025-01-02'");
    insert_old_alarm(servers, "stands", 2, "NULL");
    g_free(private_servers_sql(
        servers,
        "INSERT INTO audit VALUES ('j', 3, 'x', 16, '2025-01-01', 1, '', '', '', '');"
        "INSERT INTO delivery VALUES ('r', 'e', 1, '2025-01-01', 'a', 1, 0, 200, 1, 1, '');"
        "INSERT INTO thumbnail VALUES ('a', '2025-01-01', 'a/b.jpg', 1)"));
    g_assert_true(history_retention_apply(link, now, &error));
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        g_autofree char *left =
            g_strdup_printf("SELECT COUNT(*) * 10 + SUM(id = 'stands') FROM %s", tables[i]);

        g_assert_cmpint(private_servers_count(servers, left), ==, 11);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(gone); i++) {
        g_autofree char *left = g_strdup_printf("SELECT COUNT(*) FROM %s", gone[i]);

        g_assert_cmpint(private_servers_count(servers, left), ==, 0);
    }
}

/* What the run-time user is refused: everything but reading and changing rows. */
static void
the_run_time_user_changes_rows_and_nothing_else(gconstpointer data)
{
    static const char *const refused[] = {
        "DROP TABLE audit",
        "ALTER TABLE audit ADD COLUMN more INT",
        "TRUNCATE TABLE audit",
        "CREATE TABLE more (id INT)",
        "CREATE INDEX more ON audit (actor)",
        "ALTER TABLE health_10s DROP PARTITION d0",
        "GRANT ALL ON *.* TO gantry@localhost",
        "CREATE USER other@localhost",
        "DROP DATABASE " PRIVATE_DATABASE,
        "SELECT * FROM mysql.user",
        "SET GLOBAL read_only = 0",
        "LOAD DATA INFILE '/etc/passwd' INTO TABLE audit",
    };
    PrivateServers *servers = (PrivateServers *)data;
    g_autoptr(GError) error = NULL;

    history_rig_empty(servers);
    g_autoptr(MysqlLink) admin = admin_link(servers);

    g_assert_true(mysql_schema_apply(admin, mysql_schema_newest(), &error));
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(MysqlLink) link = mysql_link_new(&servers->mysql_access);
        g_autoptr(GError) refusal = NULL;

        g_assert_true(mysql_link_open(link, 0, &error));
        g_assert_false(mysql_link_run(link, refused[i], &refusal));
        if (!g_error_matches(refusal, GANTRY_ERROR, GANTRY_ERROR_DENIED))
            g_error("%s: %s", refused[i], refusal->message);
    }
    g_assert_no_error(error);
}

/* The test's user has exactly the rights that the shipped installations give. */
static void
installations_give_the_run_time_user_these_rights(void)
{
    static const char *const files[] = {"image/first-boot", "image/laptop/stores.py"};

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(g_getenv("GANTRY_SOURCE"), files[i], NULL);
        g_autofree char *text = NULL;

        g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
        g_assert_nonnull(strstr(text, "GRANT " PRIVATE_RIGHTS " ON gantry.* TO"));
        g_assert_null(strstr(text, "GRANT " PRIVATE_RIGHTS ","));
    }
}

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
    g_test_add_data_func("/schema/older", servers,
                         every_older_schema_becomes_the_newest_and_keeps_its_rows);
    g_test_add_data_func("/schema/cut-short", servers, a_migration_that_was_cut_short_is_finished);
    g_test_add_data_func("/schema/newer", servers, a_newer_schema_is_refused);
    g_test_add_data_func("/schema/days", servers, old_days_are_dropped_and_coming_ones_made);
    g_test_add_data_func("/schema/clock", servers,
                         a_clock_that_ran_ahead_costs_no_row_and_no_later_day);
    g_test_add_data_func("/schema/retention", servers,
                         what_is_older_than_400_days_goes_unless_its_alarm_stands);
    g_test_add_data_func("/schema/rights", servers,
                         the_run_time_user_changes_rows_and_nothing_else);
    g_test_add_func("/schema/installed-rights", installations_give_the_run_time_user_these_rights);
    const int result = g_test_run();

    private_servers_free(servers);
    return result;
}
