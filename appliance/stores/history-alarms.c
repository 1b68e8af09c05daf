/* One statement a question; every text from outside is a bound value. */
#include "appliance/stores/history-alarms.h"

#include <string.h>

#include "appliance/events/event.h"
#include "appliance/stores/history-event-row.h"
#include "appliance/stores/mysql-batch.h"

#define MICROSECONDS(column) "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', " column ")"
#define CHANNEL_PREFIX       "channel/"
#define ALARM_CELLS          20u

/* clang-format off: one column or clause a line */
static const char alarms_sql[] =
    "SELECT a.id, a.incident_id, a.resource, a.fault, a.severity, a.cause_scope, a.impact, "
    "a.quiet, " MICROSECONDS("a.raised_at") ", " MICROSECONDS(
        "a.cleared_at") ", "
                        "a.operator_state,"
                        " " MICROSECONDS(
                            "a."
                            "unt"
                            "il_"
                            "at") ", a.owner, " MICROSECONDS("a.last_at") ", "
                                                                          "a."
                                                                          "las"
                                                                          "t_"
                                                                          "seq"
                                                                          ", "
                                                                          "a."
                                                                          "ala"
                                                                          "rm_"
                                                                          "seq"
                                                                          ", "
                                                                          "a."
                                                                          "tex"
                                                                          "t, "
                                                                          "a."
                                                                          "mem"
                                                                          "ber"
                                                                          "s, "
                                                                          "COA"
                                                                          "LES"
                                                                          "CE("
                                                                          "c."
                                                                          "nam"
                                                                          "e, "
                                                                          "'')"
                                                                          ","
                                                                          " CO"
                                                                          "ALE"
                                                                          "SCE"
                                                                          "(("
                                                                          "SEL"
                                                                          "ECT"
                                                                          " e."
                                                                          "not"
                                                                          "e "
                                                                          "FRO"
                                                                          "M "
                                                                          "inc"
                                                                          "ide"
                                                                          "nt_"
                                                                          "eve"
                                                                          "nt "
                                                                          "e "
                                                                          "WHE"
                                                                          "RE "
                                                                          "e."
                                                                          "ala"
                                                                          "rm_"
                                                                          "id "
                                                                          "= "
                                                                          "a."
                                                                          "id "
                                                                          "AND"
                                                                          " e."
                                                                          "not"
                                                                          "e "
                                                                          "<> "
                                                                          "''"
                                                                          " AN"
                                                                          "D "
                                                                          "e."
                                                                          "act"
                                                                          "or "
                                                                          "<> "
                                                                          "'' "
                                                                          "ORD"
                                                                          "ER "
                                                                          "BY "
                                                                          "e."
                                                                          "seq"
                                                                          " DE"
                                                                          "SC "
                                                                          "LIM"
                                                                          "IT "
                                                                          "1),"
                                                                          " ''"
                                                                          ")"
                                                                          " FR"
                                                                          "OM "
                                                                          "ala"
                                                                          "rm "
                                                                          "a "
                                                                          "LEF"
                                                                          "T "
                                                                          "JOI"
                                                                          "N "
                                                                          "cha"
                                                                          "nne"
                                                                          "l "
                                                                          "c "
                                                                          "ON "
                                                                          "a."
                                                                          "res"
                                                                          "our"
                                                                          "ce "
                                                                          "= "
                                                                          "CON"
                                                                          "CAT"
                                                                          "("
                                                                          "'" CHANNEL_PREFIX "', "
                                                                          "c."
                                                                          "id)"
                                                                          " WH"
                                                                          "ERE"
                                                                          " a."
                                                                          "rai"
                                                                          "sed"
                                                                          "_at"
                                                                          " < "
                                                                          "?";
/* clang-format on */

/* A statement as it grows, with the values of its placeholders. */
typedef struct {
    GString *sql;
    GArray *values;      /* (element-type MysqlValue) */
    GStringChunk *texts; /* what @values point to */
} Statement;

static void
statement_init(Statement *statement, const char *sql)
{
    statement->sql = g_string_new(sql);
    statement->values = g_array_new(FALSE, FALSE, sizeof(MysqlValue));
    statement->texts = g_string_chunk_new(1024);
}

static void
statement_clear(Statement *statement)
{
    g_string_free(statement->sql, TRUE);
    g_array_unref(statement->values);
    g_string_chunk_free(statement->texts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Statement, statement_clear)

static void
bind_text(Statement *statement, const char *text)
{
    const MysqlValue value = mysql_value_text(g_string_chunk_insert(statement->texts, text));

    g_array_append_val(statement->values, value);
}

static void
bind_time(Statement *statement, WallUs wall_us)
{
    char text[MYSQL_TIME_BYTES];

    mysql_time_format(wall_us, text, sizeof text);
    bind_text(statement, text);
}

static bool
execute(Statement *statement, MysqlLink *link, MysqlRow row, gpointer data, GError **error)
{
    return mysql_link_execute(link, statement->sql->str,
                              (const MysqlValue *)(void *)statement->values->data,
                              statement->values->len, row, data, error);
}

/* @text with the wildcards of LIKE taken literally, between two of its own. */
static char *
like_pattern(const char *text)
{
    GString *pattern = g_string_new("%");

    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("%_\\", *at) != NULL)
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *at);
    }
    g_string_append_c(pattern, '%');
    return g_string_free(pattern, FALSE);
}

static void
want_channels(Statement *statement, const char *const *channels)
{
    g_string_append(statement->sql, " AND a.resource IN (''");
    for (size_t i = 0; channels[i] != NULL && i < ALARM_SEARCH_CHANNELS_MAX; i++) {
        g_autofree char *resource = g_strconcat(CHANNEL_PREFIX, channels[i], NULL);

        g_string_append(statement->sql, ", ?");
        bind_text(statement, resource);
    }
    g_string_append_c(statement->sql, ')');
}

static void
want_text(Statement *statement, const char *text)
{
    g_autofree char *pattern = like_pattern(text);

    g_string_append(statement->sql, " AND (a.text LIKE ? OR c.name LIKE ? OR a.resource LIKE ?"
                                    " OR a.owner LIKE ?)");
    for (unsigned i = 0; i < 4; i++)
        bind_text(statement, pattern);
}

static void
want_severities(Statement *statement, unsigned severities)
{
    g_string_append(statement->sql, " AND a.severity IN (255");
    for (unsigned severity = 0; severity < 32; severity++) {
        if ((severities & 1u << severity) != 0)
            g_string_append_printf(statement->sql, ", %u", severity);
    }
    g_string_append_c(statement->sql, ')');
}

static void
want(Statement *statement, const AlarmSearch *search)
{
    if (search->from_us > 0) {
        g_string_append(statement->sql, " AND (a.cleared_at IS NULL OR a.cleared_at >= ?)");
        bind_time(statement, search->from_us);
    }
    if (search->severities != 0)
        want_severities(statement, search->severities);
    if (search->channels != NULL)
        want_channels(statement, search->channels);
    if (search->text != NULL && search->text[0] != '\0')
        want_text(statement, search->text);
    if (search->alarm_id != NULL) {
        g_string_append(statement->sql, " AND a.id = ?");
        bind_text(statement, search->alarm_id);
    }
    if (search->incident_id != NULL) {
        g_string_append(statement->sql, " AND a.incident_id = ?");
        bind_text(statement, search->incident_id);
    }
    if (search->after_us > 0) {
        g_string_append(statement->sql, " AND (a.raised_at < ? OR (a.raised_at = ? AND a.id < ?))");
        bind_time(statement, search->after_us);
        bind_time(statement, search->after_us);
        bind_text(statement, search->after_id != NULL ? search->after_id : "");
    }
}

static gint64
integer(const char *cell)
{
    gint64 value = 0;

    if (cell != NULL)
        (void)g_ascii_string_to_signed(cell, 10, G_MININT64, G_MAXINT64, &value, NULL);
    return value;
}

static void
take_alarm(const char *const *row, unsigned n, gpointer user_data)
{
    if (n != ALARM_CELLS)
        return;
    const gint64 cleared_us = integer(row[9]);
    Event *event =
        event_new(cleared_us != 0 ? EVENT_ALARM_CLEARED : EVENT_ALARM_RAISED, 0, integer(row[13]));

    event_set(&event->alarm_id, row[0]);
    event_set(&event->incident_id, row[1]);
    event_set(&event->resource, row[2]);
    event->fault = (FaultId)integer(row[3]);
    event->severity = (Severity)integer(row[4]);
    event->cause_scope = (CauseScope)integer(row[5]);
    event->impact = (ImpactClass)integer(row[6]);
    event->quiet = (AlarmQuiet)integer(row[7]);
    event->raised_wall_us = integer(row[8]);
    event->cleared_wall_us = cleared_us;
    event->operator_state = (OperatorState)integer(row[10]);
    event->until_wall_us = integer(row[11]);
    event_set(&event->owner, row[12]);
    event->seq = (uint64_t)integer(row[14]);
    event->alarm_seq = (uint32_t)integer(row[15]);
    event_set(&event->text, row[16]);
    event->members = (uint32_t)integer(row[17]);
    event_set(&event->channel_name, row[18]);
    event_set(&event->note, row[19]);
    event->durable = true;
    g_ptr_array_add(user_data, event);
}

GPtrArray *
history_query_alarms(MysqlLink *link, const AlarmSearch *search, GError **error)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    g_auto(Statement) statement = {0};

    statement_init(&statement, alarms_sql);
    bind_time(&statement, search->to_us);
    want(&statement, search);
    g_string_append_printf(
        statement.sql, " ORDER BY a.raised_at DESC, a.id DESC LIMIT %" G_GSIZE_FORMAT, search->max);
    if (!execute(&statement, link, take_alarm, events, error))
        return NULL;
    return g_steal_pointer(&events);
}

static void
take_event(const char *const *row, unsigned n, gpointer user_data)
{
    Event *event = history_event_from_row(row, n);

    if (event != NULL)
        g_ptr_array_add(user_data, event);
}

GPtrArray *
history_query_alarm_events(MysqlLink *link, const char *alarm_id, size_t max, GError **error)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)event_unref);
    g_autofree char *columns = history_event_select();
    g_auto(Statement) statement = {0};

    statement_init(&statement, "");
    g_string_append_printf(statement.sql,
                           "SELECT %s FROM incident_event WHERE alarm_id = ? ORDER BY seq"
                           " LIMIT %" G_GSIZE_FORMAT,
                           columns, max);
    bind_text(&statement, alarm_id);
    if (!execute(&statement, link, take_event, events, error))
        return NULL;
    return g_steal_pointer(&events);
}

static void
take_delivery(const char *const *row, unsigned n, gpointer user_data)
{
    HistoryDelivery *delivery;

    if (n != 8)
        return;
    delivery = g_new0(HistoryDelivery, 1);
    delivery->receiver = g_strdup(row[0]);
    delivery->event_id = g_strdup(row[1]);
    delivery->attempt = (unsigned)integer(row[2]);
    delivery->at_us = integer(row[3]);
    delivery->outcome = (DeliveryOutcome)integer(row[4]);
    delivery->status = (int)integer(row[5]);
    delivery->latency_us = integer(row[6]) * US_PER_MS;
    delivery->answer = g_strdup(row[7]);
    g_ptr_array_add(user_data, delivery);
}

GPtrArray *
history_query_deliveries(MysqlLink *link, const char *alarm_id, size_t max, GError **error)
{
    g_autoptr(GPtrArray) deliveries =
        g_ptr_array_new_with_free_func((GDestroyNotify)history_delivery_free);
    g_auto(Statement) statement = {0};

    statement_init(
        &statement,
        "SELECT receiver, event_id, attempt, " MICROSECONDS(
            "at") ", outcome, status, latency_ms, answer FROM delivery WHERE alarm_id = ?");
    bind_text(&statement, alarm_id);
    g_string_append_printf(statement.sql, " ORDER BY delivery.at, attempt LIMIT %" G_GSIZE_FORMAT,
                           max);
    if (!execute(&statement, link, take_delivery, deliveries, error))
        return NULL;
    return g_steal_pointer(&deliveries);
}
