/* The columns of an event, once for writing and once for reading. */
#include "appliance/stores/history-event-row.h"

#include <math.h>

#define MAX_ID       36u /* bytes, as the columns are wide */
#define MAX_RESOURCE 127u
#define MAX_NAME     256u
#define MAX_TEXT     2048u

const char *const history_event_columns[] = {"journal_id",
                                             "seq",
                                             "id",
                                             "kind",
                                             "boot_us",
                                             "at",
                                             "clock_synced",
                                             "durable",
                                             "alarm_id",
                                             "incident_id",
                                             "alarm_seq",
                                             "resource",
                                             "channel_name",
                                             "channel_group",
                                             "channel_address",
                                             "fault",
                                             "severity",
                                             "cause_scope",
                                             "raised_at",
                                             "cleared_at",
                                             "operator_state",
                                             "value",
                                             "text",
                                             "actor",
                                             "note",
                                             "impact",
                                             "quiet",
                                             "first_out",
                                             "members",
                                             "until_at",
                                             "owner",
                                             NULL};

const char *const history_audit_columns[] = {"journal_id", "seq",          "id",    "kind",
                                             "at",         "clock_synced", "actor", "resource",
                                             "text",       "note",         NULL};

void
history_event_add(MysqlBatch *batch, const char *journal_id, const Event *event)
{
    mysql_batch_add_text(batch, journal_id, MAX_ID);
    mysql_batch_add_integer(batch, (int64_t)event->seq);
    mysql_batch_add_text(batch, event->id, MAX_ID);
    mysql_batch_add_integer(batch, event->kind);
    mysql_batch_add_integer(batch, event->at_us);
    mysql_batch_add_wall(batch, MAX(event->wall_us, 1));
    mysql_batch_add_integer(batch, event->clock_synced);
    mysql_batch_add_integer(batch, event->durable);
    mysql_batch_add_text(batch, event->alarm_id, MAX_ID);
    mysql_batch_add_text(
        batch, event->incident_id[0] != '\0' ? event->incident_id : event->alarm_id, MAX_ID);
    mysql_batch_add_integer(batch, event->alarm_seq);
    mysql_batch_add_text(batch, event->resource, MAX_RESOURCE);
    mysql_batch_add_text(batch, event->channel_name, MAX_NAME);
    mysql_batch_add_text(batch, event->channel_group, MAX_NAME);
    mysql_batch_add_text(batch, event->channel_address, MAX_NAME);
    mysql_batch_add_integer(batch, event->fault);
    mysql_batch_add_integer(batch, event->severity);
    mysql_batch_add_integer(batch, event->cause_scope);
    mysql_batch_add_wall(batch, event->raised_wall_us);
    mysql_batch_add_wall(batch, event->cleared_wall_us);
    mysql_batch_add_integer(batch, event->operator_state);
    mysql_batch_add_real(batch, event->value);
    mysql_batch_add_text(batch, event->text, MAX_TEXT);
    mysql_batch_add_text(batch, event->actor, MAX_NAME);
    mysql_batch_add_text(batch, event->note, MAX_TEXT);
    mysql_batch_add_integer(batch, event->impact);
    mysql_batch_add_integer(batch, event->quiet);
    mysql_batch_add_integer(batch, event->first_out);
    mysql_batch_add_integer(batch, event->members);
    mysql_batch_add_wall(batch, event->until_wall_us);
    mysql_batch_add_text(batch, event->owner, MAX_NAME);
}

void
history_audit_add(MysqlBatch *batch, const char *journal_id, const Event *event)
{
    mysql_batch_add_text(batch, journal_id, MAX_ID);
    mysql_batch_add_integer(batch, (int64_t)event->seq);
    mysql_batch_add_text(batch, event->id, MAX_ID);
    mysql_batch_add_integer(batch, event->kind);
    mysql_batch_add_wall(batch, MAX(event->wall_us, 1));
    mysql_batch_add_integer(batch, event->clock_synced);
    mysql_batch_add_text(batch, event->actor, MAX_NAME);
    mysql_batch_add_text(batch, event->resource, MAX_RESOURCE);
    mysql_batch_add_text(batch, event->text, MAX_TEXT);
    mysql_batch_add_text(batch, event->note, MAX_TEXT);
}

/* Times are read as microseconds since the epoch. */
char *
history_event_select(void)
{
    GString *sql = g_string_new(NULL);

    for (size_t i = 1; history_event_columns[i] != NULL; i++) {
        const char *name = history_event_columns[i];
        const bool is_time = g_strcmp0(name, "at") == 0 || g_str_has_suffix(name, "_at");

        g_string_append(sql, i > 1 ? ", " : "");
        if (is_time)
            g_string_append_printf(sql, "TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', %s)",
                                   name);
        else
            g_string_append(sql, name);
    }
    return g_string_free(sql, FALSE);
}

static gint64
integer(const char *cell)
{
    gint64 value = 0;

    if (cell != NULL)
        (void)g_ascii_string_to_signed(cell, 10, G_MININT64, G_MAXINT64, &value, NULL);
    return value;
}

static double
real(const char *cell)
{
    return cell != NULL ? g_ascii_strtod(cell, NULL) : NAN; /* the database's own form */
}

Event *
history_event_from_row(const char *const *row, unsigned n)
{
    unsigned i = 0;

    if (n != G_N_ELEMENTS(history_event_columns) - 2) /* without journal_id and the end */
        return NULL;
    Event *event = event_new((EventKind)integer(row[2]), integer(row[3]), integer(row[4]));

    event->seq = (uint64_t)integer(row[i++]);
    event_set(&event->id, row[i++]);
    i = 5;
    event->clock_synced = integer(row[i++]) != 0;
    event->durable = integer(row[i++]) != 0;
    event_set(&event->alarm_id, row[i++]);
    event_set(&event->incident_id, row[i++]);
    event->alarm_seq = (uint32_t)integer(row[i++]);
    event_set(&event->resource, row[i++]);
    event_set(&event->channel_name, row[i++]);
    event_set(&event->channel_group, row[i++]);
    event_set(&event->channel_address, row[i++]);
    event->fault = (FaultId)integer(row[i++]);
    event->severity = (Severity)integer(row[i++]);
    event->cause_scope = (CauseScope)integer(row[i++]);
    event->raised_wall_us = integer(row[i++]);
    event->cleared_wall_us = integer(row[i++]);
    event->operator_state = (OperatorState)integer(row[i++]);
    event->value = real(row[i++]);
    event_set(&event->text, row[i++]);
    event_set(&event->actor, row[i++]);
    event_set(&event->note, row[i++]);
    event->impact = (ImpactClass)integer(row[i++]);
    event->quiet = (AlarmQuiet)integer(row[i++]);
    event->first_out = integer(row[i++]) != 0;
    event->members = (uint32_t)integer(row[i++]);
    event->until_wall_us = integer(row[i++]);
    event_set(&event->owner, row[i++]);
    return event;
}
