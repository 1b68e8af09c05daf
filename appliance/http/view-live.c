/* What the event stream says. */
#include "appliance/http/view-live.h"

#include <math.h>

#include "appliance/http/json-writer.h"
#include "appliance/http/view-alarm.h"

GBytes *
view_frame(const char *name, uint64_t seq, const char *json)
{
    GString *frame = g_string_new(NULL);

    g_string_append_printf(frame, "event: %s\n", name);
    if (seq != 0)
        g_string_append_printf(frame, "id: %" G_GUINT64_FORMAT "\n", seq);
    g_string_append_printf(frame, "data: %s\n\n", json);
    return g_string_free_to_bytes(frame);
}

void
view_hello(
    GString *out, const Snapshot *snapshot, const ViewTime *now, const char *build, uint64_t seq)
{
    json_begin_object(out, NULL);
    json_string(out, "build", build);
    json_time(out, "server_time", now->wall_us);
    json_uint(out, "seq", seq);
    json_number(out, "snapshot_age_seconds", view_age_of(now, snapshot->at_us), 3);
    json_begin_array(out, "channel_ids");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        json_string(out, NULL, snapshot->channels[i].id);
    json_end_array(out);
    json_end_object(out);
}

void
view_whole(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    json_begin_object(out, NULL);
    json_begin_array(out, "channels");
    for (size_t i = 0; i < snapshot->n_channels; i++)
        view_channel(out, NULL, &snapshot->channels[i], now);
    json_end_array(out);
    json_begin_array(out, "alarms");
    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        if (snapshot->alarms[i].cleared_wall_us == 0)
            view_alarm(out, NULL, &snapshot->alarms[i], snapshot);
    }
    json_end_array(out);
    json_end_object(out);
}

typedef double (*Figure)(const ChannelView *channel, const ViewTime *now);

static double
bitrate(const ChannelView *channel, const ViewTime *now)
{
    return channel->reported_us == 0 ? NAN : channel->bitrate_bps;
}

static double
cc_errors(const ChannelView *channel, const ViewTime *now)
{
    return (double)channel->cc_errors;
}

static double
packets(const ChannelView *channel, const ViewTime *now)
{
    return (double)channel->packets;
}

static double
own_drops(const ChannelView *channel, const ViewTime *now)
{
    return (double)channel->own_drops;
}

static double
age(const ChannelView *channel, const ViewTime *now)
{
    return view_age_of(now, channel->reported_us);
}

static double
thumbnail_age(const ChannelView *channel, const ViewTime *now)
{
    return view_age_of(now, channel->thumbnail_captured_us);
}

void
view_figures(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    static const struct {
        const char *name;
        Figure figure;
        unsigned decimals;
    } columns[] = {
        {"bitrate_bps", bitrate, 0}, {"cc_errors", cc_errors, 0},
        {"packets", packets, 0},     {"own_drops", own_drops, 0},
        {"age_seconds", age, 1},     {"thumbnail_age_seconds", thumbnail_age, 1},
    };

    json_begin_object(out, NULL);
    json_time(out, "at", now->wall_us);
    for (size_t c = 0; c < G_N_ELEMENTS(columns); c++) {
        json_begin_array(out, columns[c].name);
        for (size_t i = 0; i < snapshot->n_channels; i++)
            json_number(out, NULL, columns[c].figure(&snapshot->channels[i], now),
                        columns[c].decimals);
        json_end_array(out);
    }
    json_end_object(out);
}

void
view_levels(GString *out, const BoardLevels *levels, size_t n_channels, const ViewTime *now)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autofree char *text = NULL;

    for (size_t i = 0; i < n_channels; i++) {
        const bool fresh = now->mono_us - levels[i].at_us <= LEVELS_FRESH_US;
        const uint8_t n = fresh ? MIN(levels[i].n, (uint8_t)LEVELS_MAX_CHANNELS) : 0;

        g_byte_array_append(bytes, &n, 1);
        for (uint8_t c = 0; c < n; c++) {
            g_byte_array_append(bytes, &levels[i].peak[c], 1);
            g_byte_array_append(bytes, &levels[i].rms[c], 1);
        }
    }
    text = g_base64_encode(bytes->data != NULL ? bytes->data : (const guchar *)"", bytes->len);
    json_begin_object(out, NULL);
    json_time(out, "at", now->wall_us);
    json_string(out, "b64", text);
    json_end_object(out);
}
