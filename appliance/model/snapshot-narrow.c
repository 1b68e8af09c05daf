/* A broadcaster's part of a snapshot. Channels and alarms are borrowed from the whole. */
#include <string.h>

#include "appliance/model/snapshot.h"

#define CHANNEL_PREFIX "channel/"

static bool
has_channel(const Snapshot *narrow, const char *id)
{
    for (size_t i = 0; i < narrow->n_channels; i++) {
        if (g_str_equal(narrow->channels[i].id, id))
            return true;
    }
    return false;
}

/* An incident's parent names others and is not shown: its members speak for themselves. */
static AlarmView
alone(const AlarmView *alarm)
{
    AlarmView view = *alarm;

    view.incident_id = alarm->id;
    view.first_out = false;
    view.members = 0;
    if (view.quiet == QUIET_MEMBER)
        view.quiet = QUIET_NONE;
    return view;
}

Snapshot *
snapshot_narrow(Snapshot *whole, const Scope *scope)
{
    Snapshot *narrow = NULL;

    if (scope == NULL || !scope->limited)
        return snapshot_ref(whole);
    narrow = snapshot_new();
    narrow->whole = snapshot_ref(whole);
    narrow->seq = whole->seq;
    narrow->at_us = whole->at_us;
    narrow->wall_us = whole->wall_us;
    narrow->clock_synced = whole->clock_synced;
    narrow->started_us = whole->started_us;
    narrow->runbooks = whole->runbooks != NULL ? runbooks_ref(whole->runbooks) : NULL;
    narrow->channels = g_new0(ChannelView, whole->n_channels);
    for (size_t i = 0; i < whole->n_channels; i++) {
        if (scope_has_channel(scope, whole->channels[i].id, whole->channels[i].group))
            narrow->channels[narrow->n_channels++] = whole->channels[i];
    }
    narrow->alarms = g_new0(AlarmView, whole->n_alarms);
    for (size_t i = 0; i < whole->n_alarms; i++) {
        const char *resource = whole->alarms[i].resource;

        if (g_str_has_prefix(resource, CHANNEL_PREFIX) &&
            has_channel(narrow, resource + strlen(CHANNEL_PREFIX)))
            narrow->alarms[narrow->n_alarms++] = alone(&whole->alarms[i]);
    }
    return narrow;
}
