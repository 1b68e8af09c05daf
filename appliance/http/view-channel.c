/* Channel objects: the short form of lists and streams, the long form of one channel's page. */
#include "appliance/http/view-channel.h"

#include <math.h>
#include <string.h>

#include "appliance/http/json-writer.h"
#include "appliance/http/view-media.h"
#include "appliance/model/picture-age.h"

WallUs
view_wall_of(const ViewTime *now, MonoUs at_us)
{
    return at_us == 0 ? 0 : now->wall_us - (now->mono_us - at_us);
}

double
view_age_of(const ViewTime *now, MonoUs at_us)
{
    if (at_us == 0)
        return NAN;
    return (double)MAX(now->mono_us - at_us, 0) / (double)US_PER_SECOND;
}

static bool
is_stale(const ChannelView *channel, const ViewTime *now)
{
    return channel->thumbnail_captured_us != 0 &&
           picture_is_stale(channel->thumbnail_captured_us, channel->thumbnail_stale_after_us,
                            now->mono_us);
}

static void
thumbnail(GString *out, const ChannelView *channel, const ViewTime *now)
{
    if (channel->thumbnail_captured_us == 0) {
        json_null(out, "thumbnail");
        return;
    }
    json_begin_object(out, "thumbnail");
    json_time(out, "captured_at", channel->thumbnail_captured_wall_us);
    json_number(out, "age_seconds", view_age_of(now, channel->thumbnail_captured_us), 3);
    json_bool(out, "stale", is_stale(channel, now));
    json_end_object(out);
}

static void
fields(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_string(out, "id", channel->id);
    json_string(out, "name", channel->name);
    json_string(out, "short_name", channel->short_name);
    json_string(out, "group", channel->group);
    json_string(out, "address", channel->address);
    json_string(out, "interface", channel->interface);
    json_uint(out, "service_id", channel->service_id);
    json_string(out, "service_name", channel->service_name);
    json_string(out, "input_id", channel->input_id);
    json_string(out, "state", channel_state_name(channel->state));
    json_time(out, "since", channel->since_wall_us);
    json_string(out, "severity", severity_name(channel->severity));
    json_string(out, "state_text", channel->state_text);
    json_number(out, "bitrate_bps", channel->reported_us == 0 ? NAN : channel->bitrate_bps, 0);
    json_uint(out, "cc_errors", channel->cc_errors);
    json_uint(out, "own_drops", channel->own_drops);
    json_uint(out, "packets", channel->packets);
    json_time(out, "measured_at", view_wall_of(now, channel->reported_us));
    json_number(out, "age_seconds", view_age_of(now, channel->reported_us), 3);
    json_string(out, "video", channel->video);
    json_string(out, "audio", channel->audio);
    json_string(out, "depth", depth_name(channel->depth));
    json_number(out, "sampling_interval_seconds", channel->sampling_interval_s, 3);
    thumbnail(out, channel, now);
}

void
view_channel(GString *out, const char *key, const ChannelView *channel, const ViewTime *now)
{
    json_begin_object(out, key);
    fields(out, channel, now);
    json_end_object(out);
}

/* What the channel is judged by: limits of its profile, and the rate that it is held against. */
static void
limits(GString *out, const ChannelView *channel)
{
    json_string(out, "profile", channel->profile);
    json_begin_object(out, "limits");
    for (unsigned number = 1; number <= LIMIT_NUMBER_MAX; number++) {
        const LimitInfo *info = limit_info(number);

        if (info != NULL)
            json_number(out, info->name, channel->limits.values[number], 6);
    }
    json_end_object(out);
    json_number(out, "bitrate_median_bps",
                channel->bitrate_median_bps > 0 ? channel->bitrate_median_bps : (double)NAN, 0);
}

static const IndicatorReport *
find_indicator(const ChannelView *channel, unsigned wire)
{
    for (size_t i = 0; i < channel->n_indicators; i++)
        if (channel->indicators[i].indicator == wire)
            return &channel->indicators[i];
    return NULL;
}

/* All indicators of TR 101 290; one that cannot be judged says so and has no count. */
static void
indicators(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_begin_object(out, "tr101290");
    for (unsigned wire = 1; wire <= INDICATOR_WIRE_MAX; wire++) {
        const IndicatorInfo *info = indicator_info(wire);
        const IndicatorReport *report = find_indicator(channel, wire);

        if (info == NULL)
            continue;
        json_begin_object(out, info->number);
        json_string(out, "state", !report ? "not-applicable" : report->active ? "error" : "ok");
        if (report != NULL)
            json_uint(out, "count", report->count);
        else
            json_null(out, "count");
        json_time(out, "last_at", report != NULL ? view_wall_of(now, report->last_us) : 0);
        json_end_object(out);
    }
    json_end_object(out);
}

void
view_channel_detail(GString *out, const ChannelView *channel, const ViewTime *now)
{
    json_begin_object(out, NULL);
    fields(out, channel, now);
    view_channel_media(out, channel, now);
    limits(out, channel);
    json_begin_object(out, "metrics");
    for (size_t i = 0; i < channel->n_metrics; i++)
        json_number(out, metric_info(channel->metrics[i].metric)->name, channel->metrics[i].value,
                    6);
    json_end_object(out);
    json_begin_array(out, "pids");
    for (size_t i = 0; i < channel->n_pids; i++) {
        const PidReport *pid = &channel->pids[i];

        json_begin_object(out, NULL);
        json_uint(out, "pid", pid->pid);
        json_uint(out, "stream_type", pid->stream_type);
        json_uint(out, "packets", pid->packets);
        json_uint(out, "cc_errors", pid->cc_errors);
        json_uint(out, "bitrate_bps", pid->bitrate_bps);
        json_end_object(out);
    }
    json_end_array(out);
    indicators(out, channel, now);
    json_begin_object(out, "wire");
    json_string(out, "finding", wire_finding_name(channel->wire));
    json_string(out, "text", channel->wire_text);
    json_end_object(out);
    json_begin_object(out, "worker");
    json_uint(out, "pid", channel->worker_pid);
    json_uint(out, "restarts", channel->worker_restarts);
    json_end_object(out);
    json_end_object(out);
}

static void
note(GString *out, const StreamNote *note)
{
    json_begin_object(out, NULL);
    json_uint(out, "number", note->number);
    json_time(out, "at", note->wall_us);
    json_string(out, "kind", note_kind_name(note->kind));
    if (note->pid < 0x1fff)
        json_uint(out, "pid", note->pid);
    else
        json_null(out, "pid");
    if (note->pts < PTS90_MODULUS)
        json_uint(out, "pts", note->pts);
    else
        json_null(out, "pts");
    json_string(out, "text", note->text);
    json_end_object(out);
}

void
view_channel_notes(
    GString *out, const ChannelView *channel, const char *kind, size_t limit, const ViewTime *now)
{
    size_t count = 0, written = 0;
    const StreamNote *notes = note_list_get(channel->notes, &count);

    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (size_t i = count; i-- > 0 && written < limit;) {
        if (kind != NULL && !g_str_equal(kind, note_kind_name(notes[i].kind)))
            continue;
        note(out, &notes[i]);
        written++;
    }
    json_end_array(out);
    json_null(out, "next_cursor");
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}

void
view_channels(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    json_begin_object(out, NULL);
    json_begin_array(out, "items");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        view_channel(out, NULL, &snapshot->channels[i], now);
    json_end_array(out);
    json_null(out, "next_cursor");
    json_time(out, "at", now->wall_us);
    json_end_object(out);
}

/* FNV-1a, 64 bits. */
static uint64_t
mix(uint64_t digest, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        digest = (digest ^ ((const uint8_t *)data)[i]) * UINT64_C(1099511628211);
    return digest;
}

uint64_t
view_channel_digest(const ChannelView *channel, const ViewTime *now)
{
    const char *const texts[] = {
        channel->id,           channel->name,      channel->short_name, channel->group,
        channel->address,      channel->interface, channel->state_text, channel->wire_text,
        channel->service_name, channel->video,     channel->audio,
    };
    const int64_t values[] = {
        channel->service_id,
        channel->state,
        channel->since_us,
        channel->severity,
        channel->wire,
        channel->depth,
        channel->thumbnail_captured_us != 0,
        channel->reported_us != 0,
        is_stale(channel, now),
    };
    uint64_t digest = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = texts[i] != NULL ? texts[i] : "";

        digest = mix(digest, text, strlen(text) + 1);
    }
    return mix(digest, values, sizeof values);
}

const ChannelView *
view_find_channel(const Snapshot *snapshot, const char *id)
{
    for (size_t i = 0; i < snapshot->n_channels; i++) {
        if (g_strcmp0(snapshot->channels[i].id, id) == 0)
            return &snapshot->channels[i];
    }
    return NULL;
}
