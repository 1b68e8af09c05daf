/* Applying migrations and tending partitions. */
#include "appliance/stores/mysql-schema.h"

#include <gio/gio.h>
#include <string.h>

#include "appliance/stores/schema/gantry-schema.h"
#include "pipelines/base/error.h"

#define SCHEMA_FOLDER "/gantry/schema"
#define SCHEMA_LOCK   "SELECT GET_LOCK('gantry-schema', 4)"
#define DAYS_AHEAD    3
#define DAYS_10S      7
#define DAYS_1M       400
#define UNIX_EPOCH    719528 /* TO_DAYS('1970-01-01') */
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
        if (!mysql_link_run(link, statement->str, error))
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
                            " VALUES (?, ?, UTC_TIMESTAMP(6))",
                            values, G_N_ELEMENTS(values), NULL, NULL, error)) {
        g_prefix_error(error, "migration %s: ", name);
        return false;
    }
    return true;
}

static bool
apply_missing(MysqlLink *link, unsigned newest, GError **error)
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
                    "the database has schema %" G_GINT64_FORMAT ", this program knows %u", version,
                    g_strv_length(names));
        return false;
    }
    for (unsigned i = (unsigned)version; i < newest && names[i] != NULL; i++) {
        if (!apply_one(link, i + 1, names[i], error))
            return false;
    }
    return true;
}

bool
mysql_schema_apply(MysqlLink *link, unsigned newest, GError **error)
{
    gint64 locked = 0;

    if (!query_number(link, SCHEMA_LOCK, &locked, error))
        return false;
    if (locked != 1) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE,
                    "another program is migrating the database");
        return false;
    }
    const bool applied = apply_missing(link, newest, error);

    (void)!mysql_link_run(link, "DO RELEASE_LOCK('gantry-schema')", NULL);
    return applied;
}

/* A partitioned table, while it is tended. */
typedef struct {
    gint64 newest_day; /* of the partitions that exist; 0 for none */
    gint64 drop_below; /* days before this are dropped */
    GString *drops;    /* names, with commas */
    unsigned n_drops;
} Tending;

/* @row: the name of a partition, "d" and its day; the first one, d0, always stays. */
static void
tend_partition(const char *const *row, unsigned n, gpointer user_data)
{
    Tending *tending = user_data;
    gint64 day = 0;

    if (n == 0 || row[0] == NULL || row[0][0] != 'd' ||
        !g_ascii_string_to_signed(row[0] + 1, 10, 1, G_MAXINT32, &day, NULL))
        return;
    tending->newest_day = MAX(tending->newest_day, day);
    if (day < tending->drop_below && tending->n_drops < MAX_DROPS) {
        g_string_append_printf(tending->drops, "%s%s", tending->n_drops > 0 ? ", " : "", row[0]);
        tending->n_drops++;
    }
}

static bool
tend_table(MysqlLink *link, const char *table, gint64 today, gint64 keep_days, GError **error)
{
    g_autoptr(GString) drops = g_string_new(NULL);
    Tending tending = {.drop_below = today - keep_days, .drops = drops};
    const MysqlValue name = mysql_value_text(table);

    if (!mysql_link_execute(link,
                            "SELECT partition_name FROM information_schema.partitions"
                            " WHERE table_schema = DATABASE() AND table_name = ?",
                            &name, 1, tend_partition, &tending, error))
        return false;
    for (gint64 day = MAX(today, tending.newest_day + 1); day <= today + DAYS_AHEAD; day++) {
        g_autofree char *sql =
            g_strdup_printf("ALTER TABLE %s ADD PARTITION (PARTITION d%" G_GINT64_FORMAT
                            " VALUES LESS THAN (%" G_GINT64_FORMAT "))",
                            table, day, day + 1);

        if (!mysql_link_run(link, sql, error))
            return false;
    }
    if (tending.n_drops == 0)
        return true;
    g_autofree char *sql = g_strdup_printf("ALTER TABLE %s DROP PARTITION %s", table, drops->str);

    return mysql_link_run(link, sql, error);
}

bool
mysql_schema_tend(MysqlLink *link, WallUs wall_us, GError **error)
{
    const gint64 today = UNIX_EPOCH + wall_us / US_PER_DAY;

    return tend_table(link, "health_10s", today, DAYS_10S, error) &&
           tend_table(link, "health_1m", today, DAYS_1M, error);
}
