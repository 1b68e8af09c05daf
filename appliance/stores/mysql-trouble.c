/* The table of error numbers. Numbers instead of names where only one of the two servers has the
 * name. */
#include "appliance/stores/mysql-trouble.h"

#define CLIENT_FIRST 2000u /* errors of the client library: the server or the way to it is lost */
#define CLIENT_LAST  2999u

#define PASSWORD_HINT    "the password or the rights of our user were changed: set them right again"
#define FULL_HINT        "the disk of the database is full: make room there"
#define UNREACHABLE_HINT "the server does not run, or is elsewhere than [mysql] says"
#define LOST_HINT        "the server has ended, or did not answer in time"
#define NO_DATABASE_HINT "the database does not exist and is being made"
#define SCHEMA_HINT      "the schema is damaged and is being made whole from the journal"
#define READ_ONLY_HINT                                                                             \
    "the server is read-only: SET GLOBAL read_only = 0, or name the primary in [mysql]"
#define CONNECTIONS_HINT                                                                           \
    "the server has no connection left: raise max_connections, or end clients that are idle"

typedef struct {
    unsigned number;
    MysqlTrouble trouble;
} Entry;

static const Entry known[] = {
    {1020, {GANTRY_ERROR_CONFLICT, MYSQL_SCHEMA_SOUND, NULL}}, /* the row has changed meanwhile */
    {1205, {GANTRY_ERROR_CONFLICT, MYSQL_SCHEMA_SOUND, "somebody else holds a lock for too long"}},
    {1213, {GANTRY_ERROR_CONFLICT, MYSQL_SCHEMA_SOUND, NULL}}, /* deadlock */
    {1044, {GANTRY_ERROR_DENIED, MYSQL_SCHEMA_SOUND, PASSWORD_HINT}},
    {1045, {GANTRY_ERROR_DENIED, MYSQL_SCHEMA_SOUND, PASSWORD_HINT}},
    {1142, {GANTRY_ERROR_DENIED, MYSQL_SCHEMA_SOUND, PASSWORD_HINT}},
    {1143, {GANTRY_ERROR_DENIED, MYSQL_SCHEMA_SOUND, PASSWORD_HINT}},
    {1227, {GANTRY_ERROR_DENIED, MYSQL_SCHEMA_SOUND, PASSWORD_HINT}},
    {1698, {GANTRY_ERROR_DENIED, MYSQL_SCHEMA_SOUND, PASSWORD_HINT}},
    {1969, {GANTRY_ERROR_TIMEOUT, MYSQL_SCHEMA_SOUND, NULL}}, /* MariaDB: max_statement_time */
    {3024, {GANTRY_ERROR_TIMEOUT, MYSQL_SCHEMA_SOUND, NULL}}, /* MySQL: max_execution_time */
    {1040, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, CONNECTIONS_HINT}},
    {1203, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, CONNECTIONS_HINT}},
    {1226, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, CONNECTIONS_HINT}},
    {1129,
     {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, "the server has blocked us: FLUSH HOSTS"}},
    {1036, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, READ_ONLY_HINT}},
    {1290, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, READ_ONLY_HINT}},
    {1792, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, READ_ONLY_HINT}},
    {1836, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, READ_ONLY_HINT}},
    {1021, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, FULL_HINT}},
    {1030,
     {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND,
      "the storage of the database fails: see its log"}},
    {1114, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, FULL_HINT}},
    {1046, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_BROKEN, NO_DATABASE_HINT}},
    {1049, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_BROKEN, NO_DATABASE_HINT}},
    {1053, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, NULL}}, /* shutdown */
    {1180, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, NULL}}, /* the commit failed */
    {1317, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, NULL}}, /* interrupted */
    {1615, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, NULL}}, /* to be prepared again */
    {1927,
     {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, NULL}}, /* MariaDB: the connection was killed */
    {2002, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, UNREACHABLE_HINT}},
    {2003, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, UNREACHABLE_HINT}},
    {2006, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, LOST_HINT}},
    {2013, {GANTRY_ERROR_UNAVAILABLE, MYSQL_SCHEMA_SOUND, LOST_HINT}},
    {1054, {GANTRY_ERROR_INTERNAL, MYSQL_SCHEMA_BROKEN, SCHEMA_HINT}}, /* no such column */
    {1136, {GANTRY_ERROR_INTERNAL, MYSQL_SCHEMA_BROKEN, SCHEMA_HINT}}, /* other columns */
    {1146, {GANTRY_ERROR_INTERNAL, MYSQL_SCHEMA_BROKEN, SCHEMA_HINT}}, /* no such table */
    {1526,
     {GANTRY_ERROR_INTERNAL, MYSQL_SCHEMA_NO_DAY, "a day has no partition yet; it is being made"}},
    {1932,
     {GANTRY_ERROR_INTERNAL, MYSQL_SCHEMA_BROKEN, SCHEMA_HINT}}, /* no such table in the engine */
};

MysqlTrouble
mysql_trouble_of(unsigned number)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].number == number)
            return known[i].trouble;
    }
    if (number >= CLIENT_FIRST && number <= CLIENT_LAST)
        return (MysqlTrouble){.code = GANTRY_ERROR_UNAVAILABLE};
    return (MysqlTrouble){.code = GANTRY_ERROR_INTERNAL};
}

bool
mysql_trouble_is_there_already(unsigned number)
{
    return number == 1050 || number == 1060 || number == 1061;
}
