/* Tables and changes in scope. */
#include "pipelines/probe/report-parts.h"

#define TABLE_PMT     0x02u
#define TABLE_EIT_MIN 0x4eu
#define TABLE_EIT_MAX 0x6fu

/* PMT and EIT belong to a service, all others to everybody. */
static bool
has_table(const ReportScope *scope, const TsTableInfo *table)
{
    const TsTableKey *key = &table->key;
    const bool of_service = key->table_id == TABLE_PMT ||
                            (key->table_id >= TABLE_EIT_MIN && key->table_id <= TABLE_EIT_MAX);

    if (scope->pid >= 0 && key->pid != scope->pid)
        return false;
    return scope->service < 0 || !of_service || key->extension == scope->service;
}

TsTableInfo *
report_tables(const ProbeSession *session, const ReportScope *scope, size_t *ret_count)
{
    const size_t all = ts_analyser_tables(session->analyser, NULL, 0);
    TsTableInfo *tables = g_new0(TsTableInfo, all + 1);
    size_t n = 0;

    ts_analyser_tables(session->analyser, tables, all);
    for (size_t i = 0; i < all; i++)
        if (has_table(scope, &tables[i]))
            tables[n++] = tables[i];
    *ret_count = n;
    return tables;
}

static bool
has_event(const ReportScope *scope, const TsEvent *event)
{
    if (scope->pid >= 0 && event->pid != scope->pid)
        return false;
    return scope->service < 0 || event->service_id == 0 || event->service_id == scope->service;
}

TsEvent *
report_events(const ProbeSession *session, const ReportScope *scope, size_t *ret_count)
{
    TsEvent *events = g_new0(TsEvent, TS_EVENTS_MAX);
    const size_t all = ts_analyser_events(session->analyser, 0, events, TS_EVENTS_MAX);
    size_t n = 0;

    for (size_t i = 0; i < all; i++)
        if (has_event(scope, &events[i]))
            events[n++] = events[i];
    *ret_count = n;
    return events;
}

char *
report_utc(WallUs time_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_us / US_PER_SECOND);

    return time ? g_date_time_format(time, "%FT%TZ") : g_strdup("");
}
