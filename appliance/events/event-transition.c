/* Field by field, both ways. */
#include "appliance/events/event-transition.h"

static const EventKind kind_of_change[] = {
    [ALARM_CHANGE_RAISED] = EVENT_ALARM_RAISED,   [ALARM_CHANGE_UPDATED] = EVENT_ALARM_UPDATED,
    [ALARM_CHANGE_CLEARED] = EVENT_ALARM_CLEARED, [ALARM_CHANGE_ACK] = EVENT_ALARM_ACK,
    [ALARM_CHANGE_UNACK] = EVENT_ALARM_UNACK,     [ALARM_CHANGE_COMMENT] = EVENT_ALARM_COMMENT,
};

Event *
event_from_transition(const AlarmTransition *transition)
{
    Event *event =
        event_new(kind_of_change[transition->change], transition->at_us, transition->wall_us);

    event_set(&event->alarm_id, transition->alarm_id);
    event_set(&event->incident_id, transition->incident_id);
    event->alarm_seq = transition->alarm_seq;
    event_set(&event->resource, transition->resource);
    event->fault = transition->fault;
    event->severity = transition->severity;
    event->cause_scope = transition->cause_scope;
    event->raised_wall_us = transition->raised_wall_us;
    event->cleared_wall_us = transition->cleared_wall_us;
    event->operator_state = transition->operator_state;
    event->value = transition->value;
    event_set(&event->text, transition->text);
    event_set(&event->actor, transition->actor);
    event_set(&event->note, transition->note);
    return event;
}

static bool
change_of_kind(EventKind kind, AlarmChange *ret_change)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kind_of_change); i++) {
        if (kind_of_change[i] == kind) {
            *ret_change = (AlarmChange)i;
            return true;
        }
    }
    return false;
}

AlarmTransition *
event_to_transition(const Event *event)
{
    AlarmChange change;

    if (!change_of_kind(event->kind, &change) || event->alarm_id[0] == '\0')
        return NULL;
    AlarmTransition *transition = g_new0(AlarmTransition, 1);

    transition->change = change;
    transition->at_us = event->at_us;
    transition->wall_us = event->wall_us;
    transition->alarm_id = g_strdup(event->alarm_id);
    transition->incident_id = g_strdup(event->incident_id);
    transition->alarm_seq = event->alarm_seq;
    transition->resource = g_strdup(event->resource);
    transition->fault = event->fault;
    transition->severity = event->severity;
    transition->cause_scope = event->cause_scope;
    transition->raised_wall_us = event->raised_wall_us;
    transition->cleared_wall_us = event->cleared_wall_us;
    transition->operator_state = event->operator_state;
    transition->value = event->value;
    transition->text = g_strdup(event->text);
    transition->actor = g_strdup(event->actor);
    transition->note = g_strdup(event->note);
    return transition;
}
