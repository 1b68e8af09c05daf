/* Collecting rows and writing them. */
#include "appliance/stores/mysql-batch.h"

#include "pipelines/base/text.h"

void
mysql_batch_init(MysqlBatch *batch, const char *table, const char *const *columns, unsigned n_keys)
{
    *batch = (MysqlBatch){.table = table,
                          .columns = columns,
                          .n_columns = g_strv_length((GStrv)(void *)columns),
                          .n_keys = n_keys};
    batch->values = g_array_new(FALSE, FALSE, sizeof(MysqlValue));
    batch->texts = g_string_chunk_new(4096);
}

void
mysql_batch_clear(MysqlBatch *batch)
{
    g_clear_pointer(&batch->values, g_array_unref);
    g_clear_pointer(&batch->texts, g_string_chunk_free);
}

void
mysql_batch_add_text(MysqlBatch *batch, const char *text, size_t max_bytes)
{
    g_autofree char *clean = text_clean(text, max_bytes);
    const MysqlValue value = mysql_value_text(g_string_chunk_insert(batch->texts, clean));

    g_array_append_val(batch->values, value);
}

void
mysql_batch_add_integer(MysqlBatch *batch, int64_t integer)
{
    const MysqlValue value = mysql_value_integer(integer);

    g_array_append_val(batch->values, value);
}

void
mysql_batch_add_real(MysqlBatch *batch, double real)
{
    const MysqlValue value = mysql_value_real(real);

    g_array_append_val(batch->values, value);
}

void
mysql_batch_add_wall(MysqlBatch *batch, WallUs wall_us)
{
    char text[MYSQL_TIME_BYTES];
    MysqlValue value = mysql_value_text(NULL);

    if (wall_us > 0) {
        mysql_time_format(wall_us, text, sizeof text);
        value = mysql_value_text(g_string_chunk_insert(batch->texts, text));
    }
    g_array_append_val(batch->values, value);
}

size_t
mysql_batch_rows(const MysqlBatch *batch)
{
    return batch->values->len / batch->n_columns;
}

/* Columns are set from the left to the right: the one that decides is the last. */
static void
add_update(GString *sql, const MysqlBatch *batch, unsigned column)
{
    const char *name = batch->columns[column], *by = batch->newest_by;
    const char *comma = column > batch->n_keys ? ", " : "";

    if (by == NULL)
        g_string_append_printf(sql, "%s%s = VALUES(%s)", comma, name, name);
    else
        g_string_append_printf(sql, "%s%s = IF(VALUES(%s) >= %s, VALUES(%s), %s)", comma, name, by,
                               by, name, name);
}

static char *
insert_sql(const MysqlBatch *batch, size_t rows)
{
    GString *sql = g_string_new(NULL);

    g_string_append_printf(sql, "INSERT INTO %s (", batch->table);
    for (unsigned i = 0; i < batch->n_columns; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", batch->columns[i]);
    g_string_append(sql, ") VALUES ");
    for (size_t row = 0; row < rows; row++) {
        g_string_append(sql, row > 0 ? ", (" : "(");
        for (unsigned i = 0; i < batch->n_columns; i++)
            g_string_append(sql, i > 0 ? ", ?" : "?");
        g_string_append_c(sql, ')');
    }
    g_string_append(sql, " ON DUPLICATE KEY UPDATE ");
    for (unsigned i = batch->n_keys; i < batch->n_columns; i++)
        add_update(sql, batch, i);
    return g_string_free(sql, FALSE);
}

bool
mysql_batch_write(const MysqlBatch *batch, MysqlLink *link, GError **error)
{
    const size_t total = mysql_batch_rows(batch);
    const size_t most = MIN(MYSQL_BATCH_ROWS, MYSQL_LINK_MAX_VALUES / batch->n_columns);

    for (size_t done = 0; done < total;) {
        const size_t rows = MIN(total - done, most);
        g_autofree char *sql = insert_sql(batch, rows);
        const MysqlValue *values =
            &g_array_index(batch->values, MysqlValue, done * batch->n_columns);

        if (!mysql_link_execute(link, sql, values, rows * batch->n_columns, NULL, NULL, error)) {
            g_prefix_error(error, "table %s: ", batch->table);
            return false;
        }
        done += rows;
    }
    return true;
}

void
mysql_time_format(WallUs wall_us, char *ret_text, size_t size)
{
    const WallUs bounded = CLAMP(wall_us, 0, INT64_C(253402300799) * US_PER_SECOND);
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(bounded / US_PER_SECOND);

    g_snprintf(ret_text, size, "%04d-%02d-%02d %02d:%02d:%02d.%06d", g_date_time_get_year(time),
               g_date_time_get_month(time), g_date_time_get_day_of_month(time),
               g_date_time_get_hour(time), g_date_time_get_minute(time),
               g_date_time_get_second(time), (int)(bounded % US_PER_SECOND));
}
