/* Alarms as CSV, from the list and from the history: the same columns. Pure. */
#pragma once

#include "appliance/events/event.h"
#include "appliance/http/view-alarm.h"

void view_alarm_csv_begin(GString *out);
void view_alarm_csv(GString *out, const AlarmView *alarm, const Snapshot *snapshot);
void view_alarm_csv_of_event(GString *out, const Event *event);
