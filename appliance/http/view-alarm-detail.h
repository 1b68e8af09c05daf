/* One alarm with its incident, its neighbours in time, its rule and its run-book. Pure. */
#pragma once

#include "appliance/http/view-alarm.h"

#define ALARM_DETAIL_LIST_MAX 200u                 /* alarms of one list */
#define ALARM_NEAR_US         (60 * US_PER_SECOND) /* raised so soon before or after */

/* @rule: (nullable): JSON object as COMMAND_ALARM_RULE answers it */
void
view_alarm_detail(GString *out, const AlarmView *alarm, const Snapshot *snapshot, const char *rule);

/* The same of an alarm of the past. @members: (nullable) (element-type Event): of its incident */
void view_alarm_detail_of_past(GString *out,
                               const Event *alarm,
                               const GPtrArray *members,
                               const Snapshot *snapshot,
                               const char *rule);
