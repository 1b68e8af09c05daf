/* Alarm objects from the snapshot and from journal events, and pages of them. */
#include "appliance/http/view-alarm.h"

#include <string.h>

#include "appliance/http/cursor.h"
#include "appliance/http/json-writer.h"
#include "appliance/http/view-channel.h"
#include "appliance/model/alarm-policy.h"

static const char *
channel_of(const char *resource)
{
    return resource != NULL && g_str_has_prefix(resource, "channel/") ? resource + 8 : NULL;
}

static const char *
name_of(const Snapshot *snapshot, const char *resource)
{
    const char *id = channel_of(resource);
    const ChannelView *channel = id != NULL ? view_find_channel(snapshot, id) : NULL;

    return channel != NULL ? channel->name : "";
}

static void
fault_fields(GString *out, FaultId fault, const char *resource, const Runbooks *runbooks)
{
    json_string(out, "resource", resource);
    json_string(out, "type", fault_info(fault)->name);
    json_string(out, "suggested_action", runbooks_text(runbooks, fault));
}

Event
view_event_alone(const Event *event)
{
    Event alone = *event;

    alone.incident_id = alone.alarm_id;
    alone.quiet = alone.quiet == QUIET_MEMBER ? QUIET_NONE : alone.quiet;
    alone.first_out = false;
    alone.members = 0;
    return alone;
}

bool
view_alarm_is_stale(const AlarmView *alarm, const Snapshot *snapshot)
{
    return alarm->cleared_wall_us == 0 &&
           snapshot->wall_us - alarm->raised_wall_us > ALARM_STALE_US;
}

void
view_alarm(GString *out, const char *key, const AlarmView *alarm, const Snapshot *snapshot)
{
    json_begin_object(out, key);
    json_string(out, "id", alarm->id);
    json_string(out, "incident_id", alarm->incident_id);
    fault_fields(out, alarm->fault, alarm->resource, snapshot->runbooks);
    json_string(out, "severity", severity_name(alarm->severity));
    json_bool(out, "is_cleared", alarm->cleared_wall_us != 0);
    json_string(out, "cause_scope", cause_scope_name(alarm->cause_scope));
    json_time(out, "raised_at", alarm->raised_wall_us);
    json_time(out, "cleared_at", alarm->cleared_wall_us);
    json_time(out, "last_changed", alarm->changed_wall_us);
    json_string(out, "operator_state", operator_state_name(alarm->operator_state));
    json_time(out, "acknowledged_at", alarm->acked_wall_us);
    json_string(out, "owner", alarm->owner);
    json_string(out, "note", alarm->note);
    json_string(out, "text", alarm->text);
    json_uint(out, "count", alarm->count);
    json_uint(out, "seq", alarm->event_seq);
    json_string(out, "impact", impact_class_name(alarm->impact));
    json_string(out, "quiet", alarm_quiet_name(alarm->quiet));
    json_bool(out, "first_out", alarm->first_out);
    json_uint(out, "members", alarm->members);
    json_time(out, "until", alarm->until_wall_us);
    json_bool(out, "stale", view_alarm_is_stale(alarm, snapshot));
    json_string(out, "channel_name", name_of(snapshot, alarm->resource));
    json_bool(out, "evidence", alarm->evidence);
    json_end_object(out);
}

void
view_alarm_of_event(
    GString *out, const char *key, const Event *event, const Runbooks *runbooks, bool evidence)
{
    json_begin_object(out, key);
    json_string(out, "id", event->alarm_id);
    json_string(out, "incident_id", event->incident_id);
    fault_fields(out, event->fault, event->resource, runbooks);
    json_string(out, "severity", severity_name(event->severity));
    json_bool(out, "is_cleared", event->cleared_wall_us != 0);
    json_string(out, "cause_scope", cause_scope_name(event->cause_scope));
    json_time(out, "raised_at", event->raised_wall_us);
    json_time(out, "cleared_at", event->cleared_wall_us);
    json_time(out, "last_changed", event->wall_us);
    json_string(out, "operator_state", operator_state_name(event->operator_state));
    json_time(out, "acknowledged_at", event->kind == EVENT_ALARM_ACK ? event->wall_us : 0);
    json_string(out, "owner", event->owner);
    json_string(out, "note", event->note);
    json_string(out, "text", event->text);
    json_uint(out, "count", 1);
    json_uint(out, "seq", event->seq);
    json_string(out, "impact", impact_class_name(event->impact));
    json_string(out, "quiet", alarm_quiet_name(event->quiet));
    json_bool(out, "first_out", event->first_out);
    json_uint(out, "members", event->members);
    json_time(out, "until", event->until_wall_us);
    json_bool(out, "stale",
              event->cleared_wall_us == 0 &&
                  event->wall_us - event->raised_wall_us > ALARM_STALE_US);
    json_string(out, "channel_name", event->channel_name);
    json_bool(out, "evidence", evidence);
    json_string(out, "event", event_kind_name(event->kind));
    json_bool(out, "durable", event->durable);
    json_end_object(out);
}

const char *
view_alarm_subject(const AlarmView *alarm, const Snapshot *snapshot)
{
    const char *name = name_of(snapshot, alarm->resource);

    return *name != '\0' ? name : alarm->resource;
}

static bool
has_state(const AlarmView *alarm, AlarmFilter state)
{
    const bool cleared = alarm->cleared_wall_us != 0;

    switch (state) {
    case ALARM_FILTER_OPEN:
        return !cleared;
    case ALARM_FILTER_CLEARED:
        return cleared;
    case ALARM_FILTER_SHELVED:
        return alarm->operator_state == OPERATOR_SHELVED;
    case ALARM_FILTER_ALL:
        break;
    }
    return true;
}

/* @folded: by g_utf8_casefold() */
static bool
contains(const char *text, const char *folded)
{
    g_autofree char *mine = text != NULL ? g_utf8_casefold(text, -1) : NULL;

    return mine != NULL && strstr(mine, folded) != NULL;
}

static bool
has_text(const AlarmView *alarm, const Snapshot *snapshot, const char *text)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);

    return contains(alarm->text, folded) || contains(alarm->resource, folded) ||
           contains(name_of(snapshot, alarm->resource), folded) || contains(alarm->owner, folded) ||
           contains(alarm->note, folded);
}

static bool
is_in_group(const AlarmView *alarm, const Snapshot *snapshot, const char *group)
{
    const char *id = channel_of(alarm->resource);
    const ChannelView *channel = id != NULL ? view_find_channel(snapshot, id) : NULL;

    return channel != NULL && g_strcmp0(channel->group, group) == 0;
}

bool
view_alarm_is_wanted(const AlarmView *alarm, const Snapshot *snapshot, const AlarmQuery *query)
{
    if (!has_state(alarm, query->state))
        return false;
    if (query->channel != NULL && g_strcmp0(channel_of(alarm->resource), query->channel) != 0)
        return false;
    if (query->severities != 0 && (query->severities & 1u << (unsigned)alarm->severity) == 0)
        return false;
    if (query->unacknowledged &&
        (alarm->operator_state != OPERATOR_NONE || alarm->cleared_wall_us != 0))
        return false;
    if (query->group != NULL && !is_in_group(alarm, snapshot, query->group))
        return false;
    return query->text == NULL || *query->text == '\0' || has_text(alarm, snapshot, query->text);
}

static WallUs
last_cleared(const Snapshot *snapshot)
{
    WallUs last_us = 0;

    for (size_t i = 0; i < snapshot->n_alarms; i++)
        last_us = MAX(last_us, snapshot->alarms[i].cleared_wall_us);
    return last_us;
}

bool
view_alarms(GString *out, const Snapshot *snapshot, const AlarmQuery *query, const char **ret_next)
{
    const AlarmView *last = query->after != NULL ? view_find_alarm(snapshot, query->after) : NULL;
    const AlarmView *more = NULL;
    unsigned written = 0;

    if (query->after != NULL && last == NULL)
        return false;
    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (size_t i = last != NULL ? (size_t)(last - snapshot->alarms) + 1 : 0;
         i < snapshot->n_alarms && more == NULL; i++) {
        const AlarmView *alarm = &snapshot->alarms[i];

        if (!view_alarm_is_wanted(alarm, snapshot, query))
            continue;
        if (written++ < query->limit) {
            view_alarm(out, NULL, alarm, snapshot);
            last = alarm;
        } else {
            more = alarm;
        }
    }
    json_end_array(out);
    g_autofree char *cursor = more != NULL ? cursor_make(last->id) : NULL;

    json_string(out, "next_cursor", cursor);
    json_time(out, "last_cleared_at", last_cleared(snapshot));
    json_end_object(out);
    if (ret_next != NULL)
        *ret_next = more != NULL ? last->id : NULL;
    return true;
}

const AlarmView *
view_find_alarm(const Snapshot *snapshot, const char *id)
{
    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        if (g_strcmp0(snapshot->alarms[i].id, id) == 0)
            return &snapshot->alarms[i];
    }
    return NULL;
}
