/* {"alarm":{...},"members":[...],"near":[...],"rule":{...},"runbook":{...}} */
#include "appliance/http/view-alarm-detail.h"

#include "appliance/http/json-writer.h"

static bool
is_member(const AlarmView *other, const AlarmView *alarm)
{
    return other != alarm && g_strcmp0(other->incident_id, alarm->incident_id) == 0;
}

static bool
is_near(const AlarmView *other, const AlarmView *alarm)
{
    return other != alarm && !is_member(other, alarm) &&
           ABS(other->raised_wall_us - alarm->raised_wall_us) <= ALARM_NEAR_US;
}

static void
list(GString *out,
     const char *key,
     const AlarmView *alarm,
     const Snapshot *snapshot,
     bool (*belongs)(const AlarmView *other, const AlarmView *alarm))
{
    unsigned written = 0;

    json_begin_array(out, key);
    for (size_t i = 0; i < snapshot->n_alarms && written < ALARM_DETAIL_LIST_MAX; i++) {
        if (!belongs(&snapshot->alarms[i], alarm))
            continue;
        view_alarm(out, NULL, &snapshot->alarms[i], snapshot);
        written++;
    }
    json_end_array(out);
}

static void
put_rule(GString *out, const char *rule, FaultId fault, const Runbooks *runbooks)
{
    if (rule != NULL)
        json_raw(out, "rule", rule);
    else
        json_null(out, "rule");
    json_begin_object(out, "runbook");
    json_string(out, "text", runbooks_text(runbooks, fault));
    json_bool(out, "own", runbooks != NULL && runbooks->texts[fault] != NULL);
    json_string(out, "sentence", fault_info(fault)->sentence);
    json_string(out, "standard", fault_info(fault)->standard);
    json_end_object(out);
}

void
view_alarm_detail(GString *out, const AlarmView *alarm, const Snapshot *snapshot, const char *rule)
{
    json_begin_object(out, NULL);
    view_alarm(out, "alarm", alarm, snapshot);
    list(out, "members", alarm, snapshot, is_member);
    list(out, "near", alarm, snapshot, is_near);
    put_rule(out, rule, alarm->fault, snapshot->runbooks);
    json_end_object(out);
}

void
view_alarm_detail_of_past(GString *out,
                          const Event *alarm,
                          const GPtrArray *members,
                          const Snapshot *snapshot,
                          const char *rule)
{
    json_begin_object(out, NULL);
    view_alarm_of_event(out, "alarm", alarm, snapshot->runbooks, false);
    json_begin_array(out, "members");
    for (guint i = 0; members != NULL && i < members->len; i++) {
        const Event *member = g_ptr_array_index(members, i);

        if (g_strcmp0(member->alarm_id, alarm->alarm_id) != 0)
            view_alarm_of_event(out, NULL, member, snapshot->runbooks, false);
    }
    json_end_array(out);
    json_begin_array(out, "near");
    json_end_array(out);
    put_rule(out, rule, alarm->fault, snapshot->runbooks);
    json_end_object(out);
}
