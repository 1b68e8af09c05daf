/* Rows of one table on their way into it: collected, then written by prepared inserts of many rows
 * that may be repeated (a row that is there already is overwritten with the same). */
#pragma once

#include "appliance/stores/mysql-link.h"

#define MYSQL_BATCH_ROWS 128u /* of one statement at most; fewer if the rows are wide */

typedef struct {
    const char *table;
    const char *const *columns; /* NULL-terminated; the first @n_keys are the key */
    unsigned n_columns;
    unsigned n_keys;
    const char *newest_by; /* (nullable): the last column: a row that is there already is
                              overwritten only by one that has at least as much in it */
    GArray *values;        /* (element-type MysqlValue): row by row */
    GStringChunk *texts;   /* what @values point to */
} MysqlBatch;

void
mysql_batch_init(MysqlBatch *batch, const char *table, const char *const *columns, unsigned n_keys);
void mysql_batch_clear(MysqlBatch *batch);

/* The next column of the row that is being filled. */
void mysql_batch_add_text(MysqlBatch *batch, const char *text, size_t max_bytes); /* cut, cleaned */
void mysql_batch_add_integer(MysqlBatch *batch, int64_t integer);
void mysql_batch_add_real(MysqlBatch *batch, double real);    /* NULL unless finite */
void mysql_batch_add_wall(MysqlBatch *batch, WallUs wall_us); /* DATETIME(6); NULL for 0 */

size_t mysql_batch_rows(const MysqlBatch *batch);

/* Writes all rows; they stay in @batch. */
bool mysql_batch_write(const MysqlBatch *batch,
                       MysqlLink *link,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "2026-11-20 10:20:30.123456", the form of DATETIME(6). @size is at least MYSQL_TIME_BYTES. */
#define MYSQL_TIME_BYTES 32u
void mysql_time_format(WallUs wall_us, char *ret_text, size_t size);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MysqlBatch, mysql_batch_clear)
