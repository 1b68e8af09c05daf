/* Lists over the snapshot's alarms, each by one question. */
#include "appliance/http/view-handover.h"

#include "appliance/http/json-writer.h"
#include "appliance/http/view-alarm.h"

typedef bool (*Question)(const AlarmView *alarm, const Snapshot *snapshot);

/* An incident speaks for its members. */
static bool
is_open(const AlarmView *alarm, const Snapshot *snapshot)
{
    return alarm->cleared_wall_us == 0 && alarm->operator_state != OPERATOR_SHELVED &&
           alarm->quiet != QUIET_MEMBER && alarm->quiet != QUIET_UNSTABLE;
}

static bool
is_shelved(const AlarmView *alarm, const Snapshot *snapshot)
{
    return alarm->operator_state == OPERATOR_SHELVED;
}

static bool
is_promised(const AlarmView *alarm, const Snapshot *snapshot)
{
    return alarm->cleared_wall_us == 0 && alarm->operator_state != OPERATOR_SHELVED &&
           *alarm->owner != '\0';
}

static bool
is_recent(const AlarmView *alarm, const Snapshot *snapshot)
{
    const WallUs since_us = snapshot->wall_us - HANDOVER_SPAN_US;

    return alarm->quiet != QUIET_MEMBER && alarm->quiet != QUIET_UNSTABLE &&
           (alarm->raised_wall_us >= since_us || alarm->cleared_wall_us >= since_us);
}

static void
list(GString *out, const char *key, const Snapshot *snapshot, Question question, uint64_t *left_out)
{
    unsigned written = 0;

    json_begin_array(out, key);
    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        if (!question(&snapshot->alarms[i], snapshot))
            continue;
        if (written++ < HANDOVER_MAX)
            view_alarm(out, NULL, &snapshot->alarms[i], snapshot);
        else
            (*left_out)++;
    }
    json_end_array(out);
}

static void
planned(GString *out, const Snapshot *snapshot)
{
    json_begin_array(out, "planned");
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        const ChannelView *channel = &snapshot->channels[i];

        if (channel->state != CHANNEL_PLANNED)
            continue;
        json_begin_object(out, NULL);
        json_string(out, "id", channel->id);
        json_string(out, "name", channel->name);
        json_string(out, "text", channel->state_text);
        json_end_object(out);
    }
    json_end_array(out);
}

void
view_handover(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    uint64_t left_out = 0;

    json_begin_object(out, NULL);
    json_time(out, "at", snapshot->wall_us);
    json_number(out, "age_seconds", view_age_of(now, snapshot->at_us), 3);
    json_time(out, "since", snapshot->wall_us - HANDOVER_SPAN_US);
    list(out, "open", snapshot, is_open, &left_out);
    list(out, "shelved", snapshot, is_shelved, &left_out);
    list(out, "promised", snapshot, is_promised, &left_out);
    list(out, "stale", snapshot, view_alarm_is_stale, &left_out);
    list(out, "recent", snapshot, is_recent, &left_out);
    planned(out, snapshot);
    json_uint(out, "left_out", left_out);
    json_end_object(out);
}
