/* Making and freeing what a report is made of. */
#include "appliance/events/report-reader.h"

ReportPast *
report_past_new(void)
{
    ReportPast *past = g_new0(ReportPast, 1);

    past->past.measured = time_spans_new();
    past->past.errors = g_array_new(FALSE, FALSE, sizeof(ErrorMinute));
    past->hours = g_array_new(FALSE, FALSE, sizeof(LoudHour));
    return past;
}

void
report_past_free(ReportPast *past)
{
    if (past == NULL)
        return;
    g_array_unref(past->past.measured);
    g_array_unref(past->past.errors);
    g_array_unref(past->hours);
    g_free(past);
}

void
report_facts_clear(ReportFacts *facts)
{
    g_clear_pointer(&facts->pasts, g_ptr_array_unref);
    g_clear_pointer(&facts->alarms, g_array_unref);
    g_clear_error(&facts->error);
}
