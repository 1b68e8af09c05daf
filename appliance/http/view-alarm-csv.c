/* One row an alarm. */
#include "appliance/http/view-alarm-csv.h"

#include <math.h>

#include "appliance/http/csv-writer.h"

void
view_alarm_csv_begin(GString *out)
{
    static const char *const names[] = {"id",        "incident_id", "severity", "resource",
                                        "channel",   "type",        "text",     "cause_scope",
                                        "raised_at", "cleared_at",  "seconds",  "operator_state",
                                        "owner",     "note",        NULL};

    csv_begin(out, names);
}

static void
put_times(GString *out, WallUs raised_us, WallUs cleared_us)
{
    csv_time(out, raised_us);
    csv_time(out, cleared_us);
    csv_number(out,
               cleared_us != 0 ? (double)(cleared_us - raised_us) / US_PER_SECOND : (double)NAN, 0);
}

void
view_alarm_csv(GString *out, const AlarmView *alarm, const Snapshot *snapshot)
{
    csv_text(out, alarm->id);
    csv_text(out, alarm->incident_id);
    csv_text(out, severity_name(alarm->severity));
    csv_text(out, alarm->resource);
    csv_text(out, view_alarm_subject(alarm, snapshot));
    csv_text(out, fault_info(alarm->fault)->name);
    csv_text(out, alarm->text);
    csv_text(out, cause_scope_name(alarm->cause_scope));
    put_times(out, alarm->raised_wall_us, alarm->cleared_wall_us);
    csv_text(out, operator_state_name(alarm->operator_state));
    csv_text(out, alarm->owner);
    csv_text(out, alarm->note);
    csv_end_row(out);
}

void
view_alarm_csv_of_event(GString *out, const Event *event)
{
    csv_text(out, event->alarm_id);
    csv_text(out, event->incident_id);
    csv_text(out, severity_name(event->severity));
    csv_text(out, event->resource);
    csv_text(out, *event->channel_name != '\0' ? event->channel_name : event->resource);
    csv_text(out, fault_info(event->fault)->name);
    csv_text(out, event->text);
    csv_text(out, cause_scope_name(event->cause_scope));
    put_times(out, event->raised_wall_us, event->cleared_wall_us);
    csv_text(out, operator_state_name(event->operator_state));
    csv_text(out, event->owner);
    csv_text(out, event->note);
    csv_end_row(out);
}
