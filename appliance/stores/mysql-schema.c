/* Applying migrations and tending partitions. */
#include "appliance/stores/mysql-schema.h"

#include <gio/gio.h>
#include <string.h>

#include "appliance/stores/mysql-trouble.h"
#include "appliance/stores/schema/gantry-schema.h"
#include "pipelines/base/error.h"

#define SCHEMA_FOLDER "/gantry/schema"
#define SCHEMA_LOCK   "SELECT GET_LOCK('gantry-schema', 4)"
#define DAYS_AHEAD    3
#define DAYS_10S      7
#define DAYS_1M       400
#define UNIX_EPOCH    719528 /* TO_DAYS('1970-01-01') */
#define FIRST_DAY     (UNIX_EPOCH + 50 * 365)
#define US_PER_DAY    (24 * 3600 * US_PER_SECOND)
#define MAX_DROPS     64 /* partitions dropped in one go */

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the migrations, in order. Returns: (transfer full) */
static GStrv
migration_names(void)
{
    GResource *resource = gantry_schema_get_resource();
    GStrv names =
        g_resource_enumerate_children(resource, SCHEMA_FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    if (names == NULL)
        return g_new0(char *, 1);
    qsort(names, g_strv_length(names), sizeof *names, compare_names);
    return names;
}

unsigned
mysql_schema_newest(void)
{
    g_auto(GStrv) names = migration_names();

    return g_strv_length(names);
}

/* A result's one number; 0 for NULL. */
static void
take_number(const char *const *row, unsigned n, gpointer user_data)
{
    gint64 *number = user_data;

    if (n > 0 && row[0] != NULL)
        (void)g_ascii_string_to_signed(row[0], 10, G_MININT64, G_MAXINT64, number, NULL);
}

static bool
query_number(MysqlLink *link, const char *sql, gint64 *ret_number, GError **error)
{
    *ret_number = 0;
    return mysql_link_execute(link, sql, NULL, 0, take_number, ret_number, error);
}

static bool
is_comment_or_blank(const char *line)
{
    return g_str_has_prefix(line, "--") || line[strspn(line, " \t\r")] == '\0';
}

/* Runs one statement of a migration. MySQL cannot roll DDL back: what a migration that was cut
 * short has made already is passed over. */
static bool
run_step(MysqlLink *link, const char *sql, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (mysql_link_run(link, sql, &local))
        return true;
    if (mysql_trouble_is_there_already(mysql_link_last_number(link)))
        return true;
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
}

/* Runs the statements of @sql, each of which ends with ';' at the end of a line. */
static bool
run_script(MysqlLink *link, const char *sql, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(sql, "\n", -1);
    g_autoptr(GString) statement = g_string_new(NULL);

    for (size_t i = 0; lines[i] != NULL; i++) {
        if (is_comment_or_blank(lines[i]))
            continue;
        g_string_append_printf(statement, "%s\n", lines[i]);
        if (!g_str_has_suffix(lines[i], ";"))
            continue;
        g_string_truncate(statement, statement->len - 2);
        if (!run_step(link, statement->str, error))
            return false;
        g_string_truncate(statement, 0);
    }
    return true;
}

static bool
apply_one(MysqlLink *link, unsigned version, const char *name, GError **error)
{
    g_autofree char *path = g_strconcat(SCHEMA_FOLDER "/", name, NULL);
    g_autoptr(GBytes) sql = g_resource_lookup_data(gantry_schema_get_resource(), path,
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    const MysqlValue values[] = {mysql_value_integer(version), mysql_value_text(name)};

    if (sql == NULL)
        return false;
    g_autofree char *text = g_strndup(g_bytes_get_data(sql, NULL), g_bytes_get_size(sql));

    if (!run_script(link, text, error) ||
        !mysql_link_execute(link,
                            "INSERT INTO schema_version (version, name, applied_at)"
                            " VALUES (?, ?, UTC_TIMESTAMP(6))"
                            " ON DUPLICATE KEY UPDATE name = VALUES(name)",
                            values, G_N_ELEMENTS(values), NULL, NULL, error)) {
        g_prefix_error(error, "migration %s: ", name);
        return false;
    }
    return true;
}

/* Applies the migrations up to @newest that are missing; with @all, all of them again. */
static bool
apply_missing(MysqlLink *link, unsigned newest, bool all, GError **error)
{
    g_auto(GStrv) names = migration_names();
    gint64 version = 0;

    if (!mysql_link_run(link,
                        "CREATE TABLE IF NOT EXISTS schema_version ("
                        " version INT UNSIGNED NOT NULL PRIMARY KEY,"
                        " name VARCHAR(64) NOT NULL,"
                        " applied_at DATETIME(6) NOT NULL)"
                        " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
                        error) ||
        !query_number(link, "SELECT MAX(version) FROM schema_version", &version, error))
        return false;
    if (version > g_strv_length(names)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                    "the database has schema %" G_GINT64_FORMAT ", this program knows %u: a newer "
                    "Gantry has used it; update this one, or name another database in [mysql]",
                    version, g_strv_length(names));
        return false;
    }
    for (unsigned i = all ? 0 : (unsigned)version; i < newest && names[i] != NULL; i++) {
        if (!apply_one(link, i + 1, names[i], error))
            return false;
    }
    return true;
}

static bool
apply_alone(MysqlLink *link, unsigned newest, bool all, GError **error)
{
    gint64 locked = 0;

    if (!query_number(link, SCHEMA_LOCK, &locked, error))
        return false;
    if (locked != 1) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "another program is migrating the database");
        return false;
    }
    const bool applied = apply_missing(link, newest, all, error);

    (void)!mysql_link_run(link, "DO RELEASE_LOCK('gantry-schema')", NULL);
    return applied;
}

bool
mysql_schema_apply(MysqlLink *link, unsigned newest, GError **error)
{
    return apply_alone(link, newest, false, error);
}

bool
mysql_schema_repair(MysqlLink *link, GError **error)
{
    return apply_alone(link, mysql_schema_newest(), true, error);
}

/* The days that a table has partitions for. Partition "d" and a day holds what is before the end of
 * that day and not in an earlier one; d0 always stays. */
static void
take_day(const char *const *row, unsigned n, gpointer user_data)
{
    GArray *days = user_data;
    gint64 day = 0;

    if (n > 0 && row[0] != NULL && row[0][0] == 'd' &&
        g_ascii_string_to_signed(row[0] + 1, 10, 1, G_MAXINT32, &day, NULL))
        g_array_append_val(days, day);
}

static bool
list_days(MysqlLink *link, const char *table, GArray *days, GError **error)
{
    const MysqlValue name = mysql_value_text(table);

    return mysql_link_execute(link,
                              "SELECT partition_name FROM information_schema.partitions"
                              " WHERE table_schema = DATABASE() AND table_name = ?"
                              " ORDER BY partition_ordinal_position",
                              &name, 1, take_day, days, error);
}

/* Makes the partition of @day. Where a clock that ran ahead has left one that lies later, that one
 * is split: no row is lost. */
static bool
make_day(MysqlLink *link, const char *table, const GArray *days, gint64 day, GError **error)
{
    gint64 next = 0;

    for (guint i = days->len; i > 0; i--) {
        const gint64 known = g_array_index(days, gint64, i - 1);

        if (known == day)
            return true;
        if (known > day)
            next = known;
    }
    g_autofree char *sql =
        next == 0 ? g_strdup_printf("ALTER TABLE %s ADD PARTITION (PARTITION d%" G_GINT64_FORMAT
                                    " VALUES LESS THAN (%" G_GINT64_FORMAT "))",
                                    table, day, day + 1)
                  : g_strdup_printf("ALTER TABLE %s REORGANIZE PARTITION d%" G_GINT64_FORMAT
                                    " INTO (PARTITION d%" G_GINT64_FORMAT
                                    " VALUES LESS THAN (%" G_GINT64_FORMAT
                                    "), PARTITION d%" G_GINT64_FORMAT
                                    " VALUES LESS THAN (%" G_GINT64_FORMAT "))",
                                    table, next, day, day + 1, next, next + 1);

    return mysql_link_run(link, sql, error);
}

static bool
drop_days(MysqlLink *link, const char *table, const GArray *days, gint64 below, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    unsigned n = 0;

    g_string_printf(sql, "ALTER TABLE %s DROP PARTITION ", table);
    for (guint i = 0; i < days->len && n < MAX_DROPS; i++) {
        const gint64 day = g_array_index(days, gint64, i);

        if (day < below)
            g_string_append_printf(sql, "%sd%" G_GINT64_FORMAT, n++ > 0 ? ", " : "", day);
    }
    return n == 0 || mysql_link_run(link, sql->str, error);
}

typedef struct {
    gint64 today;
    gint64 keep_days;
    bool drop; /* what is older */
} DayPlan;

static bool
tend_table(MysqlLink *link, const char *table, const DayPlan *plan, GError **error)
{
    g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (!list_days(link, table, days, error))
        return false;
    if (plan->today < FIRST_DAY && days->len > 0) /* a clock that was never set: any day will do */
        return true;
    for (gint64 day = plan->today; day <= plan->today + DAYS_AHEAD; day++) {
        if (!make_day(link, table, days, day, error))
            return false;
    }
    return !plan->drop || drop_days(link, table, days, plan->today - plan->keep_days, error);
}

bool
mysql_schema_tend(MysqlLink *link, WallUs wall_us, bool drop_old, GError **error)
{
    const gint64 today = UNIX_EPOCH + wall_us / US_PER_DAY;
    const DayPlan of_10s = {.today = today, .keep_days = DAYS_10S, .drop = drop_old};
    const DayPlan of_1m = {.today = today, .keep_days = DAYS_1M, .drop = drop_old};

    return tend_table(link, "health_10s", &of_10s, error) &&
           tend_table(link, "health_1m", &of_1m, error);
}
