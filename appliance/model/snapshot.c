/* Life and words of snapshots. */
#include "appliance/model/snapshot.h"

#include "appliance/model/alarm-figures.h"

static const char *const channel_state_names[] = {
    [CHANNEL_STARTING] = "starting", [CHANNEL_OK] = "ok",           [CHANNEL_FAULT] = "fault",
    [CHANNEL_UNKNOWN] = "unknown",   [CHANNEL_PLANNED] = "planned", [CHANNEL_DISABLED] = "disabled",
};

static const char *const operator_state_names[] = {
    [OPERATOR_NONE] = "none",
    [OPERATOR_ACK] = "ack",
    [OPERATOR_SHELVED] = "shelved",
};

static const char *const impact_class_names[IMPACT_COUNT] = {
    [IMPACT_NONE] = "none",
    [IMPACT_OFF_AIR] = "off-air",
    [IMPACT_COMPONENT_MISSING] = "component-missing",
    [IMPACT_QUALITY] = "quality",
    [IMPACT_NON_CONFORMANT] = "non-conformant",
};

static const char *const alarm_quiet_names[QUIET_COUNT] = {
    [QUIET_NONE] = "none",
    [QUIET_MEMBER] = "member",
    [QUIET_SHELVED] = "shelved",
    [QUIET_MAINTENANCE] = "maintenance",
    [QUIET_COMMISSIONING] = "commissioning",
    [QUIET_UNSTABLE] = "unstable",
    [QUIET_PROBE] = "probe",
};

Snapshot *
snapshot_new(void)
{
    Snapshot *snapshot = g_new0(Snapshot, 1);

    g_atomic_ref_count_init(&snapshot->refs);
    return snapshot;
}

Snapshot *
snapshot_ref(Snapshot *snapshot)
{
    g_return_val_if_fail(snapshot != NULL, NULL);

    g_atomic_ref_count_inc(&snapshot->refs);
    return snapshot;
}

static void
audio_clear(AudioReport *audio)
{
    g_free(audio->language);
    g_free(audio->format);
    g_free(audio->faults);
    g_free(audio->metrics);
}

static void
channel_clear(ChannelView *channel)
{
    g_free(channel->id);
    g_free(channel->input_id);
    g_free(channel->name);
    g_free(channel->short_name);
    g_free(channel->group);
    g_free(channel->address);
    g_free(channel->interface);
    g_free(channel->state_text);
    g_free(channel->wire_text);
    g_free(channel->service_name);
    g_free(channel->video);
    g_free(channel->audio);
    g_free(channel->metrics);
    g_free(channel->pids);
    g_free(channel->indicators);
    g_free(channel->depth_reason);
    for (size_t i = 0; i < channel->n_audios; i++)
        audio_clear(&channel->audios[i]);
    g_free(channel->audios);
    g_free(channel->checks);
    g_free(channel->faults);
    note_list_unref(channel->notes);
    channel_structure_unref(channel->structure);
    g_free(channel->profile);
}

void
alarm_view_clear(AlarmView *alarm)
{
    g_free(alarm->id);
    g_free(alarm->incident_id);
    g_free(alarm->resource);
    g_free(alarm->text);
    g_free(alarm->owner);
    g_free(alarm->note);
}

static void
sensor_clear(SensorView *sensor)
{
    g_free(sensor->kind);
    g_free(sensor->name);
    g_free(sensor->unit);
    g_free(sensor->state);
    g_free(sensor->text);
}

static void
service_clear(ServiceView *service)
{
    g_free(service->name);
    g_free(service->state);
    g_free(service->text);
}

/* What a narrowed one shows belongs to the one it was narrowed from. */
static void
narrowed_free(Snapshot *snapshot)
{
    g_free(snapshot->channels);
    g_free(snapshot->alarms);
    g_free(snapshot->services);
    runbooks_unref(snapshot->runbooks);
    snapshot_unref(snapshot->whole);
    g_free(snapshot);
}

void
snapshot_unref(Snapshot *snapshot)
{
    if (snapshot == NULL || !g_atomic_ref_count_dec(&snapshot->refs))
        return;
    if (snapshot->whole != NULL) {
        narrowed_free(snapshot);
        return;
    }
    for (size_t i = 0; i < snapshot->n_channels; i++)
        channel_clear(&snapshot->channels[i]);
    for (size_t i = 0; i < snapshot->n_alarms; i++)
        alarm_view_clear(&snapshot->alarms[i]);
    for (size_t i = 0; i < snapshot->n_sensors; i++)
        sensor_clear(&snapshot->sensors[i]);
    for (size_t i = 0; i < snapshot->n_services; i++)
        service_clear(&snapshot->services[i]);
    g_free(snapshot->channels);
    g_free(snapshot->alarms);
    g_free(snapshot->sensors);
    g_free(snapshot->services);
    g_free(snapshot->raised);
    runbooks_unref(snapshot->runbooks);
    calendar_unref(snapshot->calendar);
    g_clear_pointer(&snapshot->zone, g_time_zone_unref);
    g_free(snapshot->timezone);
    figures_view_unref(snapshot->figures);
    sensor_trend_unref(snapshot->trend);
    g_free(snapshot->profile_name);
    g_free(snapshot->profile_text);
    g_free(snapshot);
}

const char *
channel_state_name(ChannelState state)
{
    return (unsigned)state < G_N_ELEMENTS(channel_state_names) ? channel_state_names[state]
                                                               : "unknown";
}

const char *
operator_state_name(OperatorState state)
{
    return (unsigned)state < G_N_ELEMENTS(operator_state_names) ? operator_state_names[state]
                                                                : "none";
}

const char *
impact_class_name(ImpactClass impact)
{
    return (unsigned)impact < IMPACT_COUNT ? impact_class_names[impact] : "none";
}

const char *
alarm_quiet_name(AlarmQuiet quiet)
{
    return (unsigned)quiet < QUIET_COUNT ? alarm_quiet_names[quiet] : "none";
}
