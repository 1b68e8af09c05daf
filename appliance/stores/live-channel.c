/* A channel's fields. */
#include "appliance/stores/live-channel.h"

#include <math.h>
#include <stdbool.h>

#include "pipelines/base/text.h"

#define MAX_TEXT 512u /* bytes of a value */

char *
live_time(WallUs wall_us)
{
    g_autoptr(GDateTime) time =
        wall_us > 0 ? g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND) : NULL;
    g_autofree char *seconds = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : NULL;

    if (seconds == NULL)
        return g_strdup("");
    return g_strdup_printf("%s.%03dZ", seconds, (int)(wall_us % US_PER_SECOND / US_PER_MS));
}

static void
add(GPtrArray *fields, const char *name, const char *value)
{
    g_ptr_array_add(fields, g_strdup(name));
    g_ptr_array_add(fields, text_clean(value, MAX_TEXT));
}

/* "" while nothing is known: 0 would be a claim. */
static void
add_number(GPtrArray *fields, const char *name, bool known, uint64_t value)
{
    g_ptr_array_add(fields, g_strdup(name));
    g_ptr_array_add(fields, known ? g_strdup_printf("%" G_GUINT64_FORMAT, value) : g_strdup(""));
}

static void
add_time(GPtrArray *fields, const char *name, WallUs wall_us)
{
    g_ptr_array_add(fields, g_strdup(name));
    g_ptr_array_add(fields, live_time(wall_us));
}

GStrv
live_channel_fields(const Snapshot *snapshot, const ChannelView *channel)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    const WallUs reported_wall =
        channel->reported_us > 0 ? snapshot->wall_us - (snapshot->at_us - channel->reported_us) : 0;
    const double bitrate = channel->bitrate_bps;
    const bool known = channel->reported_us > 0;

    add(fields, "state", channel_state_name(channel->state));
    add(fields, "text", channel->state_text);
    add_time(fields, "since", channel->since_wall_us);
    add(fields, "severity", severity_name(channel->severity));
    add_time(fields, "at", reported_wall);
    add_number(fields, "bitrate_bps", known && isfinite(bitrate),
               bitrate > 0 ? (uint64_t)(MIN(bitrate, 1e12) + 0.5) : 0);
    add_number(fields, "cc_errors", known, channel->cc_errors);
    add_number(fields, "packets", known, channel->packets);
    add_number(fields, "own_drops", known, channel->own_drops);
    add_time(fields, "thumbnail_at", channel->thumbnail_captured_wall_us);
    add(fields, "depth", depth_name((unsigned)channel->depth));
    add(fields, "wire", wire_finding_name((unsigned)channel->wire));
    add(fields, "name", channel->name);
    add(fields, "short_name", channel->short_name);
    add(fields, "group", channel->group);
    add(fields, "address", channel->address);
    add(fields, "service_name", channel->service_name);
    add(fields, "video", channel->video);
    add(fields, "audio", channel->audio);
    g_ptr_array_add(fields, NULL);
    return (GStrv)g_ptr_array_steal(fields, NULL);
}
