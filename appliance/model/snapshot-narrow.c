/* A broadcaster's part of a snapshot. Channels and alarms are borrowed from the whole. */
#include <math.h>
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

/* The channels of one input share what was lost of it: the first stands for it. */
static bool
is_first_of_input(const Snapshot *narrow, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (g_strcmp0(narrow->channels[i].input_id, narrow->channels[index].input_id) == 0)
            return false;
    }
    return true;
}

/* How deeply the channels that are shown are looked at; what that takes of the box is not told. */
static void
narrow_depth(Snapshot *narrow, const DepthSummary *whole)
{
    DepthSummary *depth = &narrow->depth;

    *depth = (DepthSummary){
        .spent_cores = (double)NAN, .others_cores = (double)NAN, .planned_cores = (double)NAN};
    for (size_t i = 0; i < narrow->n_channels; i++) {
        const ChannelView *channel = &narrow->channels[i];

        if (channel->state == CHANNEL_STARTING)
            continue;
        depth->n_present++;
        depth->n_at[MIN(channel->depth, DEPTH_FULL)]++;
        depth->n_blind += channel->depth == DEPTH_BITSTREAM;
        depth->n_below_keys += channel->depth < DEPTH_EVERY_KEY;
    }
    depth->reduced = whole->reduced && depth->n_below_keys > 0;
}

/* Of services, those that decide whether measurements can be trusted: in which state, no more. */
static void
narrow_services(Snapshot *narrow, const Snapshot *whole)
{
    static const char *const told[] = {"self-probe", "history", NULL};

    narrow->services = g_new0(ServiceView, G_N_ELEMENTS(told));
    for (size_t i = 0; i < whole->n_services && narrow->n_services + 1 < G_N_ELEMENTS(told); i++) {
        ServiceView *service = &narrow->services[narrow->n_services];

        if (whole->services[i].name == NULL || !g_strv_contains(told, whole->services[i].name))
            continue;
        *service = (ServiceView){.name = whole->services[i].name,
                                 .state = whole->services[i].state,
                                 .text = whole->services[i].text,
                                 .since_us = whole->services[i].since_us};
        narrow->n_services++;
    }
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
    for (size_t i = 0; i < narrow->n_channels; i++)
        narrow->own_drops += is_first_of_input(narrow, i) ? narrow->channels[i].own_drops : 0;
    narrow_depth(narrow, &whole->depth);
    narrow_services(narrow, whole);
    return narrow;
}
