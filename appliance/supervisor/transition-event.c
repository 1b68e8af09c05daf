/* The two directions, field by field. */
#include "appliance/supervisor/transition-event.h"

#include <string.h>

#define CHANNEL_PREFIX "channel/"

static const EventKind kinds[] = {
    [ALARM_CHANGE_RAISED] = EVENT_ALARM_RAISED,
    [ALARM_CHANGE_UPDATED] = EVENT_ALARM_UPDATED,
    [ALARM_CHANGE_CLEARED] = EVENT_ALARM_CLEARED,
    [ALARM_CHANGE_ACK] = EVENT_ALARM_ACK,
    [ALARM_CHANGE_UNACK] = EVENT_ALARM_UNACK,
    [ALARM_CHANGE_COMMENT] = EVENT_ALARM_COMMENT,
    [ALARM_CHANGE_SHELVED] = EVENT_ALARM_SHELVED,
    [ALARM_CHANGE_UNSHELVED] = EVENT_ALARM_UNSHELVED,
    [ALARM_CHANGE_ASSIGNED] = EVENT_ALARM_ASSIGNED,
    [ALARM_CHANGE_JOINED] = EVENT_ALARM_JOINED,
    [ALARM_CHANGE_REMINDED] = EVENT_ALARM_REMINDED,
    [ALARM_CHANGE_NOTED] = EVENT_ALARM_NOTED,
};

static void
name_channel(Event *event, const char *resource, const Inventory *inventory)
{
    if (!g_str_has_prefix(resource, CHANNEL_PREFIX))
        return;
    const InventoryChannel *channel =
        inventory_find_channel(inventory, resource + strlen(CHANNEL_PREFIX));

    if (channel == NULL)
        return;
    event_set(&event->channel_name, channel->name);
    event_set(&event->channel_group, channel->group);
    event_set(&event->channel_address, channel->address);
}

Event *
event_from_transition(const AlarmTransition *transition,
                      const Inventory *inventory,
                      bool clock_synced)
{
    Event *event = event_new(kinds[transition->change], transition->at_us, transition->wall_us);

    event->clock_synced = clock_synced;
    event->alarm_seq = transition->alarm_seq;
    event->fault = transition->fault;
    event->severity = transition->severity;
    event->cause_scope = transition->cause_scope;
    event->raised_wall_us = transition->raised_wall_us;
    event->cleared_wall_us = transition->cleared_wall_us;
    event->operator_state = transition->operator_state;
    event->value = transition->value;
    event->impact = transition->impact;
    event->quiet = transition->quiet;
    event->first_out = transition->first_out;
    event->members = transition->members;
    event->until_wall_us = transition->until_wall_us;
    event_set(&event->owner, transition->owner);
    event_set(&event->alarm_id, transition->alarm_id);
    event_set(&event->incident_id, transition->incident_id);
    event_set(&event->resource, transition->resource);
    event_set(&event->text, transition->text);
    event_set(&event->actor, transition->actor);
    event_set(&event->note, transition->note);
    if (inventory_is_own(inventory, transition->resource))
        event->quiet = QUIET_PROBE;
    name_channel(event, transition->resource, inventory);
    return event;
}

bool
transition_from_event(const Event *event, AlarmTransition *ret_transition)
{
    for (unsigned change = 0; change < G_N_ELEMENTS(kinds); change++) {
        if (kinds[change] != event->kind)
            continue;
        *ret_transition = (AlarmTransition){.change = (AlarmChange)change,
                                            .at_us = event->at_us,
                                            .wall_us = event->wall_us,
                                            .alarm_id = event->alarm_id,
                                            .incident_id = event->incident_id,
                                            .alarm_seq = event->alarm_seq,
                                            .resource = event->resource,
                                            .fault = event->fault,
                                            .severity = event->severity,
                                            .cause_scope = event->cause_scope,
                                            .raised_wall_us = event->raised_wall_us,
                                            .cleared_wall_us = event->cleared_wall_us,
                                            .operator_state = event->operator_state,
                                            .value = event->value,
                                            .impact = event->impact,
                                            .quiet = event->quiet,
                                            .first_out = event->first_out,
                                            .members = event->members,
                                            .until_wall_us = event->until_wall_us,
                                            .owner = event->owner,
                                            .text = event->text,
                                            .actor = event->actor,
                                            .note = event->note};
        return true;
    }
    return false;
}
