/* Upserts of alarms, the sum of their incidents, and the end of incidents that were taken in. */
#include "appliance/stores/history-incidents.h"

#include "appliance/events/event.h"
#include "appliance/stores/mysql-batch.h"

#define MAX_ID       36u /* bytes, as the columns are wide */
#define MAX_RESOURCE 127u
#define MAX_NAME     256u
#define MAX_TEXT     2048u
#define IDS_AT_ONCE  512u /* of one statement */

static const char *const alarm_columns[] = {
    "id",       "journal_id",  "incident_id", "resource",   "fault",
    "severity", "cause_scope", "impact",      "quiet",      "first_out",
    "members",  "text",        "raised_at",   "cleared_at", "operator_state",
    "until_at", "owner",       "last_at",     "last_seq",   "alarm_seq",
    NULL};

static const char *
incident_of(const Event *event)
{
    return event->incident_id[0] != '\0' ? event->incident_id : event->alarm_id;
}

/* The last event of each alarm in @events. Returns: (element-type utf8 Event): nothing owned */
static GHashTable *
last_events(GPtrArray *events)
{
    GHashTable *last = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < events->len; i++) {
        Event *event = g_ptr_array_index(events, i);

        if (!event_is_alarm(event) || event->kind == EVENT_ALARM_NOTED ||
            event->quiet == QUIET_PROBE)
            continue;
        const Event *known = g_hash_table_lookup(last, event->alarm_id);

        if (known == NULL || known->alarm_seq <= event->alarm_seq)
            g_hash_table_replace(last, event->alarm_id, event);
    }
    return last;
}

static void
add_alarm(MysqlBatch *batch, const char *journal_id, const Event *event)
{
    mysql_batch_add_text(batch, event->alarm_id, MAX_ID);
    mysql_batch_add_text(batch, journal_id, MAX_ID);
    mysql_batch_add_text(batch, incident_of(event), MAX_ID);
    mysql_batch_add_text(batch, event->resource, MAX_RESOURCE);
    mysql_batch_add_integer(batch, event->fault);
    mysql_batch_add_integer(batch, event->severity);
    mysql_batch_add_integer(batch, event->cause_scope);
    mysql_batch_add_integer(batch, event->impact);
    mysql_batch_add_integer(batch, event->quiet);
    mysql_batch_add_integer(batch, event->first_out);
    mysql_batch_add_integer(batch, event->members);
    mysql_batch_add_text(batch, event->text, MAX_TEXT);
    mysql_batch_add_wall(batch, event->raised_wall_us);
    mysql_batch_add_wall(batch, event->cleared_wall_us);
    mysql_batch_add_integer(batch, event->operator_state);
    mysql_batch_add_wall(batch, event->until_wall_us);
    mysql_batch_add_text(batch, event->owner, MAX_NAME);
    mysql_batch_add_wall(batch, MAX(event->wall_us, 1));
    mysql_batch_add_integer(batch, (int64_t)event->seq);
    mysql_batch_add_integer(batch, event->alarm_seq);
}

/* Adds the names of one IN list. */
static void
add_ids(GString *sql, GArray *values, GPtrArray *ids, guint from, guint to)
{
    for (guint i = from; i < to; i++) {
        const MysqlValue value = mysql_value_text(g_ptr_array_index(ids, i));

        g_string_append(sql, i > from ? ", ?" : "?");
        g_array_append_val(values, value);
    }
}

static bool
run_for(MysqlLink *link, const char *before, GPtrArray *ids, const char *after, GError **error)
{
    for (guint from = 0; from < ids->len; from += IDS_AT_ONCE) {
        g_autoptr(GString) sql = g_string_new(before);
        g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(MysqlValue));

        add_ids(sql, values, ids, from, MIN(from + IDS_AT_ONCE, ids->len));
        g_string_append(sql, after);
        if (!mysql_link_execute(link, sql->str, (const MysqlValue *)(void *)values->data,
                                values->len, NULL, NULL, error)) {
            g_prefix_error(error, "table incident: ");
            return false;
        }
    }
    return true;
}

/* An incident is named after the alarm that began it or that speaks for it. Its severity is the
 * worst that it had. */
static bool
sum_up(MysqlLink *link, GPtrArray *ids, GError **error)
{
    return run_for(
        link,
        "INSERT INTO incident (id, journal_id, resource, fault, severity, cause_scope, text,"
        " raised_at, cleared_at, alarms, open_alarms, events, last_seq)"
        " SELECT incident_id, MAX(journal_id),"
        " COALESCE(MAX(CASE WHEN id = incident_id THEN resource END), MIN(resource)),"
        " COALESCE(MAX(CASE WHEN id = incident_id THEN fault END), MIN(fault)), MAX(severity),"
        " COALESCE(MAX(CASE WHEN id = incident_id THEN cause_scope END), MIN(cause_scope)),"
        " COALESCE(MAX(CASE WHEN id = incident_id THEN text END), MIN(text)), MIN(raised_at),"
        " CASE WHEN SUM(cleared_at IS NULL) = 0 THEN MAX(cleared_at) END, COUNT(*),"
        " SUM(cleared_at IS NULL), SUM(alarm_seq), MAX(last_seq)"
        " FROM alarm WHERE incident_id IN (",
        ids,
        ") GROUP BY incident_id ON DUPLICATE KEY UPDATE resource = VALUES(resource),"
        " fault = VALUES(fault), severity = GREATEST(incident.severity, VALUES(severity)),"
        " cause_scope = VALUES(cause_scope), text = VALUES(text), raised_at = VALUES(raised_at),"
        " cleared_at = VALUES(cleared_at), alarms = VALUES(alarms),"
        " open_alarms = VALUES(open_alarms), events = VALUES(events),"
        " last_seq = VALUES(last_seq)",
        error);
}

/* What began as an incident of its own and was then taken in by another is none. */
static bool
forget_taken_in(MysqlLink *link, GPtrArray *ids, GError **error)
{
    return run_for(link, "DELETE FROM incident WHERE id IN (", ids,
                   ") AND NOT EXISTS (SELECT 1 FROM alarm WHERE alarm.incident_id = incident.id)",
                   error);
}

bool
history_write_incidents(MysqlLink *link, const char *journal_id, GPtrArray *events, GError **error)
{
    g_auto(MysqlBatch) alarms = {0};
    g_autoptr(GHashTable) last = last_events(events);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) incidents = g_ptr_array_new();
    g_autoptr(GPtrArray) taken_in = g_ptr_array_new();
    GHashTableIter iter;
    gpointer id, value;

    mysql_batch_init(&alarms, "alarm", alarm_columns, 1);
    alarms.newest_by = "alarm_seq";
    g_hash_table_iter_init(&iter, last);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        const Event *event = value;

        add_alarm(&alarms, journal_id, event);
        if (g_hash_table_add(seen, (gpointer)incident_of(event)))
            g_ptr_array_add(incidents, (gpointer)incident_of(event));
        if (g_strcmp0(incident_of(event), event->alarm_id) != 0)
            g_ptr_array_add(taken_in, id);
    }
    return mysql_batch_write(&alarms, link, error) && sum_up(link, incidents, error) &&
           forget_taken_in(link, taken_in, error);
}
