/* The state machine of one alarm. */
#include "appliance/model/alarm.h"

#include <glib.h>

bool
alarm_is_open(const Alarm *alarm)
{
    return alarm->phase == ALARM_RAISED || alarm->phase == ALARM_CLEARING;
}

Severity
alarm_severity(const Alarm *alarm, const AlarmRule *rule)
{
    return alarm->escalated ? rule->escalated : rule->severity;
}

static bool
may_escalate(const Alarm *alarm, const AlarmRule *rule)
{
    return rule->escalate_after_us > 0 && !alarm->escalated;
}

MonoUs
alarm_deadline_us(const Alarm *alarm, const AlarmRule *rule)
{
    switch (alarm->phase) {
    case ALARM_PENDING:
        return alarm->since_us + rule->raise_after_us;
    case ALARM_CLEARING:
        return alarm->since_us + rule->clear_after_us;
    case ALARM_RAISED:
        return may_escalate(alarm, rule) ? alarm->since_us + rule->escalate_after_us : US_NEVER;
    case ALARM_CLEAR:
        break;
    }
    return US_NEVER;
}

/* The observation agrees with what the alarm says: any doubt is forgotten, and it may grow worse.
 */
static AlarmEvent
confirm(Alarm *alarm, const AlarmRule *rule, MonoUs since_us, MonoUs now_us)
{
    if (alarm->phase == ALARM_PENDING || alarm->phase == ALARM_CLEARING) {
        alarm->phase = alarm->phase == ALARM_CLEARING ? ALARM_RAISED : ALARM_CLEAR;
        alarm->since_us = since_us;
    }
    if (alarm->phase != ALARM_RAISED || now_us < alarm_deadline_us(alarm, rule))
        return ALARM_NO_EVENT;
    alarm->escalated = true;
    return ALARM_EVENT_ESCALATED;
}

AlarmEvent
alarm_step(Alarm *alarm, const AlarmRule *rule, AlarmInput input, MonoUs now_us, MonoUs *ret_due_us)
{
    const bool open = alarm_is_open(alarm);
    const MonoUs since_us = MIN(MAX(input.since_us, alarm->since_us), now_us);

    if (input.faulty == open) {
        const AlarmEvent event = confirm(alarm, rule, since_us, now_us);

        if (event != ALARM_NO_EVENT)
            *ret_due_us = alarm->since_us + rule->escalate_after_us;
        return event;
    }
    if (alarm->phase == ALARM_CLEAR || alarm->phase == ALARM_RAISED) {
        alarm->phase = open ? ALARM_CLEARING : ALARM_PENDING;
        alarm->since_us = since_us;
    }
    const MonoUs due_us = alarm_deadline_us(alarm, rule);

    if (now_us < due_us)
        return ALARM_NO_EVENT;
    *ret_due_us = due_us;
    alarm->phase = open ? ALARM_CLEAR : ALARM_RAISED;
    alarm->escalated = false;
    if (open)
        return ALARM_EVENT_CLEARED;
    alarm->escalated = now_us >= alarm_deadline_us(alarm, rule);
    return ALARM_EVENT_RAISED;
}
