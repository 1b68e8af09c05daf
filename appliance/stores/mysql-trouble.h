/* What an error number of MariaDB or MySQL means to us, and what helps. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/error.h"

typedef enum {
    MYSQL_SCHEMA_SOUND,
    MYSQL_SCHEMA_NO_DAY, /* a day has no partition */
    MYSQL_SCHEMA_BROKEN, /* a table or a column is missing */
} MysqlSchemaTrouble;

typedef struct {
    GantryError code; /* UNAVAILABLE: the connection is of no use any more; CONFLICT: run the whole
                         transaction again; DENIED, TIMEOUT; INTERNAL: the statement is refused */
    MysqlSchemaTrouble schema;
    const char *hint; /* (nullable): what is so and what to do, a clause */
} MysqlTrouble;

/* @number: of the server or of the client library. */
MysqlTrouble mysql_trouble_of(unsigned number);

/* Whether the error says that what was to be made is there already: a table, a column, a key. */
bool mysql_trouble_is_there_already(unsigned number);
