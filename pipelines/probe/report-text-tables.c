/* Repetition of the tables against the limits, and the last changes. */
#include "pipelines/probe/report-parts.h"
#include "pipelines/probe/table-limits.h"
#include "pipelines/probe/text-columns.h"

#define EVENTS_SHOWN 20u

/* All tables of one table_id on one PID. */
typedef struct {
    TsTableInfo sum;
    size_t count;
} Row;

static void
join(Row *row, const TsTableInfo *table)
{
    TsTableInfo *sum = &row->sum;
    const double total = (double)sum->avg_us * (double)sum->intervals +
                         (double)table->avg_us * (double)table->intervals;

    row->count++;
    sum->sections += table->sections;
    sum->versions += table->versions;
    if (table->intervals == 0)
        return;
    sum->min_us = sum->intervals > 0 ? MIN(sum->min_us, table->min_us) : table->min_us;
    sum->max_us = MAX(sum->max_us, table->max_us);
    sum->intervals += table->intervals;
    sum->avg_us = (int64_t)(total / (double)sum->intervals);
}

static void
add_times(GString *text, const ProbeSession *session, const TsTableInfo *table)
{
    const unsigned limit_ms = table_limit_ms(table->key.table_id);

    if (table->intervals == 0 || !session->clock_known) {
        g_string_append(text, "         -         -         -");
    } else {
        g_string_append_printf(text, "%10.1f%10.1f%10.1f", (double)table->min_us / 1e3,
                               (double)table->avg_us / 1e3, (double)table->max_us / 1e3);
    }
    if (limit_ms > 0)
        g_string_append_printf(
            text, "%9u%s", limit_ms,
            session->clock_known && table->max_us > (int64_t)limit_ms * US_PER_MS ? "  late" : "");
    g_string_append_c(text, '\n');
}

static void
add_row(GString *text, const ProbeSession *session, const Row *row)
{
    const TsTableInfo *table = &row->sum;

    g_string_append_printf(text, "  %4u  0x%02x  ", table->key.pid, table->key.table_id);
    text_columns_append(text, 20, ts_table_name(table->key.table_id));
    if (row->count == 1 && table->has_version)
        g_string_append_printf(text, "%4u", table->version);
    else
        g_string_append(text, "   -");
    g_string_append_printf(text, "%7zu%10" G_GUINT64_FORMAT, row->count, table->sections);
    add_times(text, session, table);
}

void
report_text_tables(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    size_t count;
    g_autofree TsTableInfo *tables = report_tables(session, scope, &count);

    if (count > 0)
        g_string_append(text, "\n   PID  id    table                ver tables  sections"
                              "    min ms    avg ms    max ms    limit\n");
    for (size_t i = 0; i < count;) {
        Row row = {.sum = tables[i], .count = 1};

        for (i++; i < count && tables[i].key.pid == row.sum.key.pid &&
                  tables[i].key.table_id == row.sum.key.table_id;
             i++)
            join(&row, &tables[i]);
        add_row(text, session, &row);
    }
}

void
report_text_events(GString *text, const ProbeSession *session, const ReportScope *scope)
{
    size_t count;
    g_autofree TsEvent *events = report_events(session, scope, &count);
    const size_t from = count > EVENTS_SHOWN ? count - EVENTS_SHOWN : 0;

    if (count == 0)
        return;
    g_string_append_printf(text, "\nChanges%s%s\n", session->clock_known ? "" : ", by packet",
                           from > 0 ? ", the last ones" : "");
    for (size_t i = from; i < count; i++) {
        char time[REPORT_TIME_MAX];

        if (session->clock_known)
            report_time(session, events[i].arrival_us, time);
        else
            g_snprintf(time, sizeof time, "#%" G_GUINT64_FORMAT, events[i].packet);
        g_string_append_printf(text, "  %12s  ", time);
        g_string_append_len(text, events[i].text, (gssize)text_columns_fit(events[i].text, 84));
        g_string_append_c(text, '\n');
    }
}
