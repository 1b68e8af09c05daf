/* The connection: opening, errors, statements, transactions. */
#include "appliance/stores/mysql-link.h"

#include <errmsg.h>
#include <math.h>
#include <mysql.h>
#include <string.h>
#include <sys/socket.h>

#include "appliance/stores/mysql-trouble.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define MAX_COLUMNS      40u
#define MAX_PASSWORD     1024u
#define MAX_CONFLICTS    5u
#define KEPT_STATEMENTS  8u /* prepared ones that are ready for the next time */
#define UNKNOWN_DATABASE 1049u

/* A prepared statement of the present session. */
typedef struct {
    char *sql;
    MYSQL_STMT *statement;
} Prepared;

struct MysqlLink {
    MysqlAccess access; /* strings are ours */
    MYSQL *mysql;       /* (nullable): NULL while not connected */
    bool fresh;         /* see mysql_link_take_fresh() */
    int64_t back_off_us;
    MonoUs next_try_us; /* 0: at once */
    GError *last_error; /* (nullable): of the last failure */
    uint64_t conflicts;
    unsigned last_number;               /* of the last failure */
    uint64_t changed;                   /* rows, by the last mysql_link_execute() */
    Prepared prepared[KEPT_STATEMENTS]; /* the one used last first */
    GMutex lock;                        /* of @fd */
    int fd;                             /* -1 while not connected; for mysql_link_interrupt() */
};

MysqlValue
mysql_value_integer(int64_t integer)
{
    return (MysqlValue){.kind = MYSQL_VALUE_INTEGER, .integer = integer};
}

MysqlValue
mysql_value_real(double real)
{
    return isfinite(real) ? (MysqlValue){.kind = MYSQL_VALUE_REAL, .real = real}
                          : (MysqlValue){.kind = MYSQL_VALUE_NULL};
}

MysqlValue
mysql_value_text(const char *text)
{
    return text != NULL ? (MysqlValue){.kind = MYSQL_VALUE_TEXT, .text = text}
                        : (MysqlValue){.kind = MYSQL_VALUE_NULL};
}

MysqlLink *
mysql_link_new(const MysqlAccess *access)
{
    MysqlLink *link = g_new0(MysqlLink, 1);

    /* Not safe in two threads at once, so here and not at the first connect. */
    (void)mysql_server_init(0, NULL, NULL);
    link->access = (MysqlAccess){
        .socket = g_strdup(access->socket),
        .host = g_strdup(access->host),
        .port = access->port,
        .user = g_strdup(access->user),
        .password_file = g_strdup(access->password_file),
        .database = g_strdup(access->database),
        .admin_user = g_strdup(access->admin_user),
        .admin_password_file = g_strdup(access->admin_password_file),
    };
    link->back_off_us = MYSQL_LINK_BACK_OFF_MIN_US;
    link->fd = -1;
    g_mutex_init(&link->lock);
    return link;
}

void
mysql_link_free(MysqlLink *link)
{
    if (link == NULL)
        return;
    mysql_link_close(link);
    g_free((char *)link->access.socket);
    g_free((char *)link->access.host);
    g_free((char *)link->access.user);
    g_free((char *)link->access.password_file);
    g_free((char *)link->access.database);
    g_free((char *)link->access.admin_user);
    g_free((char *)link->access.admin_password_file);
    g_clear_error(&link->last_error);
    g_mutex_clear(&link->lock);
    g_free(link);
}

static void
publish_fd(MysqlLink *link, int fd)
{
    g_mutex_lock(&link->lock);
    link->fd = fd;
    g_mutex_unlock(&link->lock);
}

static void
prepared_clear(Prepared *prepared)
{
    g_clear_pointer(&prepared->statement, mysql_stmt_close);
    g_clear_pointer(&prepared->sql, g_free);
}

void
mysql_link_close(MysqlLink *link)
{
    publish_fd(link, -1);
    for (size_t i = 0; i < KEPT_STATEMENTS; i++)
        prepared_clear(&link->prepared[i]);
    g_clear_pointer(&link->mysql, mysql_close);
}

void
mysql_link_interrupt(MysqlLink *link)
{
    g_mutex_lock(&link->lock);
    if (link->fd >= 0)
        (void)shutdown(link->fd, SHUT_RDWR);
    g_mutex_unlock(&link->lock);
}

/* Converts what the client library says, and lets go of a connection that is no good any more. */
static bool
failed(MysqlLink *link, unsigned number, const char *message, GError **error)
{
    const MysqlTrouble trouble = mysql_trouble_of(number);
    g_autofree char *clean = text_clean(message, 200);

    g_set_error(error, GANTRY_ERROR, (gint)trouble.code, "%s%sdatabase error %u: %s",
                trouble.hint != NULL ? trouble.hint : "", trouble.hint != NULL ? "; " : "", number,
                clean);
    link->last_number = number;
    if (trouble.code == GANTRY_ERROR_CONFLICT)
        link->conflicts++;
    if (trouble.code == GANTRY_ERROR_UNAVAILABLE)
        mysql_link_close(link);
    return false;
}

static bool
read_password(const char *file, char **ret_password, GError **error)
{
    g_autofree char *text = NULL;
    gsize size = 0;
    g_autoptr(GError) local = NULL;

    if (file == NULL || file[0] == '\0') {
        *ret_password = g_strdup("");
        return true;
    }
    if (!g_file_get_contents(file, &text, &size, &local) || size > MAX_PASSWORD) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_DENIED, "reading the password: %s",
                    local != NULL ? local->message : "file too large");
        return false;
    }
    *ret_password = g_strdup(g_strchomp(text));
    return true;
}

static const char *
or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static MYSQL *
new_handle(void)
{
    static const unsigned connect_s = MYSQL_LINK_CONNECT_S;
    static const unsigned read_s = MYSQL_LINK_READ_S;
    static const unsigned write_s = MYSQL_LINK_WRITE_S;
    MYSQL *mysql = mysql_init(NULL);

    if (mysql == NULL)
        return NULL;
    (void)mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
    (void)mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &read_s);
    (void)mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &write_s);
    (void)mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    return mysql;
}

static bool
connect_to(MysqlLink *link,
           const char *user,
           const char *password_file,
           const char *database,
           GError **error)
{
    g_autofree char *password = NULL;
    const MysqlAccess *access = &link->access;
    const char *socket = or_null(access->socket);

    mysql_link_close(link);
    if (!read_password(password_file, &password, error))
        return false;
    link->mysql = new_handle();
    if (link->mysql == NULL)
        return failed(link, CR_OUT_OF_MEMORY, "out of memory", error);
    if (mysql_real_connect(link->mysql, socket != NULL ? NULL : or_null(access->host),
                           or_null(user), password, or_null(database), access->port, socket,
                           CLIENT_FOUND_ROWS) == NULL) {
        const unsigned number = mysql_errno(link->mysql);
        g_autofree char *message = g_strdup(mysql_error(link->mysql));

        mysql_link_close(link);
        return failed(link, number, message, error);
    }
    publish_fd(link, (int)mysql_get_socket(link->mysql));
    link->fresh = true;
    return mysql_link_run(link,
                          "SET SESSION time_zone = '+00:00', "
                          "sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
                          "innodb_lock_wait_timeout = 2, lock_wait_timeout = 4",
                          error);
}

static bool
connect_as(MysqlLink *link, const char *user, const char *password_file, GError **error)
{
    return connect_to(link, user, password_file, link->access.database, error);
}

void
mysql_link_back_off(MysqlLink *link, MonoUs now_us, const GError *error)
{
    GError *copy = g_error_copy(error);

    mysql_link_close(link);
    g_clear_error(&link->last_error);
    link->last_error = copy;
    link->next_try_us = now_us + link->back_off_us;
    link->back_off_us = MIN(2 * link->back_off_us, MYSQL_LINK_BACK_OFF_MAX_US);
}

void
mysql_link_succeeded(MysqlLink *link)
{
    link->back_off_us = MYSQL_LINK_BACK_OFF_MIN_US;
    link->next_try_us = 0;
    link->last_number = 0;
    g_clear_error(&link->last_error);
}

bool
mysql_link_open(MysqlLink *link, MonoUs now_us, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (link->mysql != NULL)
        return true;
    if (now_us < link->next_try_us && link->last_error != NULL) {
        g_propagate_error(error, g_error_copy(link->last_error));
        return false;
    }
    if (connect_as(link, link->access.user, link->access.password_file, &local))
        return true;
    mysql_link_back_off(link, now_us, local);
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
}

/* Makes the database that somebody has dropped. */
static bool
make_database(MysqlLink *link, const char *user, const char *password_file, GError **error)
{
    const char *database = link->access.database;
    g_autofree char *sql =
        g_strdup_printf("CREATE DATABASE IF NOT EXISTS `%s` CHARACTER SET utf8mb4", database);

    return strchr(database, '`') == NULL && connect_to(link, user, password_file, NULL, error) &&
           mysql_link_run(link, sql, error) && connect_as(link, user, password_file, error);
}

bool
mysql_link_open_admin(MysqlLink *link, GError **error)
{
    const MysqlAccess *access = &link->access;
    const bool own = or_null(access->admin_user) != NULL;
    const char *user = own ? access->admin_user : access->user;
    const char *file = own ? access->admin_password_file : access->password_file;
    g_autoptr(GError) local = NULL;

    if (connect_as(link, user, file, &local))
        return true;
    if (link->last_number == UNKNOWN_DATABASE && or_null(access->database) != NULL &&
        make_database(link, user, file, NULL))
        return true;
    g_propagate_error(error, g_steal_pointer(&local));
    return false;
}

MonoUs
mysql_link_next_try_us(const MysqlLink *link)
{
    return link->next_try_us;
}

bool
mysql_link_take_fresh(MysqlLink *link)
{
    const bool fresh = link->fresh;

    link->fresh = false;
    return fresh;
}

uint64_t
mysql_link_conflicts(const MysqlLink *link)
{
    return link->conflicts;
}

uint64_t
mysql_link_changed_rows(const MysqlLink *link)
{
    return link->changed;
}

unsigned
mysql_link_last_number(const MysqlLink *link)
{
    return link->last_number;
}

static bool
refuse_closed(MysqlLink *link, GError **error)
{
    if (link->mysql != NULL)
        return false;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "not connected to the database");
    return true;
}

bool
mysql_link_run(MysqlLink *link, const char *sql, GError **error)
{
    if (refuse_closed(link, error))
        return false;
    if (mysql_real_query(link->mysql, sql, strlen(sql)) != 0)
        return failed(link, mysql_errno(link->mysql), mysql_error(link->mysql), error);
    MYSQL_RES *result = mysql_store_result(link->mysql);

    if (result != NULL)
        mysql_free_result(result);
    return true;
}

/* Converts the failure of the statement that was used last, and forgets it. */
static bool
statement_failed(MysqlLink *link, GError **error)
{
    MYSQL_STMT *statement = link->prepared[0].statement;
    const unsigned number = mysql_stmt_errno(statement);
    g_autofree char *message = g_strdup(mysql_stmt_error(statement));

    /* Before failed() closes the connection that the statement belongs to. */
    prepared_clear(&link->prepared[0]);
    return failed(link, number, message, error);
}

/* Makes the statement of @sql the first of those that are kept. Returns: whether it was among them
 */
static bool
find_prepared(MysqlLink *link, const char *sql)
{
    size_t at = 0;

    while (at < KEPT_STATEMENTS - 1 && g_strcmp0(link->prepared[at].sql, sql) != 0)
        at++;
    Prepared found = link->prepared[at];

    memmove(&link->prepared[1], &link->prepared[0], at * sizeof found);
    link->prepared[0] = found;
    return g_strcmp0(found.sql, sql) == 0;
}

/* Returns: (nullable) (transfer none): ready to be bound and executed */
static MYSQL_STMT *
prepare(MysqlLink *link, const char *sql, GError **error)
{
    Prepared *first = &link->prepared[0];

    if (find_prepared(link, sql))
        return first->statement;
    prepared_clear(first);
    first->statement = mysql_stmt_init(link->mysql);
    if (first->statement == NULL) {
        (void)failed(link, CR_OUT_OF_MEMORY, "out of memory", error);
        return NULL;
    }
    first->sql = g_strdup(sql);
    if (mysql_stmt_prepare(first->statement, sql, strlen(sql)) == 0)
        return first->statement;
    (void)statement_failed(link, error);
    return NULL;
}

static bool
bind_values(MYSQL_STMT *statement, const MysqlValue *values, size_t n)
{
    g_autofree MYSQL_BIND *binds = g_new0(MYSQL_BIND, MAX(n, 1));

    for (size_t i = 0; i < n; i++) {
        switch (values[i].kind) {
        case MYSQL_VALUE_NULL:
            binds[i].buffer_type = MYSQL_TYPE_NULL;
            break;
        case MYSQL_VALUE_INTEGER:
            binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
            binds[i].buffer = (void *)&values[i].integer;
            break;
        case MYSQL_VALUE_REAL:
            binds[i].buffer_type = MYSQL_TYPE_DOUBLE;
            binds[i].buffer = (void *)&values[i].real;
            break;
        case MYSQL_VALUE_TEXT:
            binds[i].buffer_type = MYSQL_TYPE_STRING;
            binds[i].buffer = (void *)values[i].text;
            binds[i].buffer_length = strlen(values[i].text);
            break;
        }
    }
    return n == 0 || mysql_stmt_bind_param(statement, binds) == 0;
}

typedef struct {
    char (*texts)[MYSQL_LINK_MAX_TEXT + 1]; /* a buffer per column */
    unsigned long sizes[MAX_COLUMNS];
    my_bool nulls[MAX_COLUMNS];
    MYSQL_BIND binds[MAX_COLUMNS];
} Columns;

static void
prepare_columns(Columns *columns, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        columns->binds[i] = (MYSQL_BIND){
            .buffer_type = MYSQL_TYPE_STRING,
            .buffer = columns->texts[i],
            .buffer_length = MYSQL_LINK_MAX_TEXT,
            .length = &columns->sizes[i],
            .is_null = &columns->nulls[i],
        };
    }
}

/* Returns: 0 at the end of the rows, 1 on failure */
static int
fetch_rows(MYSQL_STMT *statement, unsigned n, MysqlRow row, gpointer user_data)
{
    g_autofree char(*texts)[MYSQL_LINK_MAX_TEXT + 1] = g_malloc0(n * sizeof *texts);
    Columns columns = {.texts = texts};
    const char *cells[MAX_COLUMNS];
    int state = 0;

    prepare_columns(&columns, n);
    if (mysql_stmt_bind_result(statement, columns.binds) != 0 ||
        mysql_stmt_store_result(statement) != 0)
        return 1;
    while ((state = mysql_stmt_fetch(statement)) == 0 || state == MYSQL_DATA_TRUNCATED) {
        for (unsigned i = 0; i < n; i++) {
            texts[i][MIN(columns.sizes[i], (unsigned long)MYSQL_LINK_MAX_TEXT)] = '\0';
            cells[i] = columns.nulls[i] ? NULL : texts[i];
        }
        if (row != NULL)
            row(cells, n, user_data);
    }
    return state == MYSQL_NO_DATA ? 0 : 1;
}

bool
mysql_link_execute(MysqlLink *link, /* lint: allow parameters, because each is one fact */
                   const char *sql,
                   const MysqlValue *values,
                   size_t n,
                   MysqlRow row,
                   gpointer user_data,
                   GError **error)
{
    g_return_val_if_fail(n <= MYSQL_LINK_MAX_VALUES, false);

    if (refuse_closed(link, error))
        return false;
    MYSQL_STMT *statement = prepare(link, sql, error);

    if (statement == NULL)
        return false;
    if (mysql_stmt_param_count(statement) != n || mysql_stmt_field_count(statement) > MAX_COLUMNS) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INTERNAL, "statement of another shape");
        return false;
    }
    if (!bind_values(statement, values, n) || mysql_stmt_execute(statement) != 0)
        return statement_failed(link, error);
    const unsigned columns = mysql_stmt_field_count(statement);

    link->changed = columns == 0 ? mysql_stmt_affected_rows(statement) : 0;
    if (columns > 0 && fetch_rows(statement, columns, row, user_data) != 0)
        return statement_failed(link, error);
    if (columns > 0)
        (void)mysql_stmt_free_result(statement);
    return true;
}

static bool
transact_once(MysqlLink *link, MysqlWork work, gpointer user_data, GError **error)
{
    if (!mysql_link_run(link, "START TRANSACTION", error))
        return false;
    if (work(link, user_data, error) && mysql_link_run(link, "COMMIT", error))
        return true;
    if (link->mysql != NULL)
        (void)!mysql_link_run(link, "ROLLBACK", NULL);
    return false;
}

bool
mysql_link_transact(MysqlLink *link, MysqlWork work, gpointer user_data, GError **error)
{
    const MonoUs end_us = boot_now_us() + MYSQL_LINK_CONFLICT_US;

    for (unsigned attempt = 1;; attempt++) {
        g_autoptr(GError) local = NULL;

        if (transact_once(link, work, user_data, &local))
            return true;
        if (attempt == MAX_CONFLICTS || boot_now_us() >= end_us ||
            !g_error_matches(local, GANTRY_ERROR, GANTRY_ERROR_CONFLICT)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return false;
        }
    }
}
