/* Channels in trouble first; every text from outside is escaped where it is put. */
#include "appliance/http/view-status.h"

#include <string.h>

#include "appliance/http/html-page.h"
#include "appliance/model/alarm-rule-text.h"

#define STALE_US (10 * US_PER_SECOND) /* what is known is older: nothing is told as the present */

static const char style[] =
    "body{font:16px/1.4 system-ui,sans-serif;margin:0;background:#131517;color:#d7dce1}"
    "main{max-width:46em;margin:auto;padding:1em}h1{font-size:1.3em;margin:.2em 0}"
    ".sum{font-size:1.1em;font-weight:600}.age{color:#a3acb5;font-size:.9em}"
    "ul{list-style:none;margin:1em 0;padding:0}"
    "li{padding:.6em .8em;margin:.4em 0;border-left:4px solid #454c54;background:#1a1d20;"
    "border-radius:4px;overflow-wrap:anywhere}"
    "li.fault{border-color:#ff5a52}li.unknown,li.starting{border-left-style:dashed}"
    "b{font-weight:600}.state{float:right;color:#a3acb5}.fault .state{color:#ff8a84}"
    "small{display:block;color:#a3acb5}"
    ".warn{padding:.7em;border:2px solid #ff9f1a;border-radius:4px;font-weight:600}";

char *
view_status_policy(void)
{
    return html_policy(style, "'none'");
}

static const char *
word_of(ChannelState state)
{
    switch (state) {
    case CHANNEL_OK:
        return "On air";
    case CHANNEL_FAULT:
        return "In fault";
    case CHANNEL_PLANNED:
        return "Planned work";
    case CHANNEL_STARTING:
        return "Starting";
    case CHANNEL_DISABLED:
        return "Switched off";
    case CHANNEL_UNKNOWN:
        break;
    }
    return "Not known";
}

static void
put_alarms(GString *out, const ChannelView *channel, const Snapshot *snapshot, const ViewTime *now)
{
    for (size_t i = 0; i < snapshot->n_alarms; i++) {
        const AlarmView *alarm = &snapshot->alarms[i];

        if (alarm->cleared_wall_us != 0 || !g_str_has_prefix(alarm->resource, "channel/") ||
            !g_str_equal(alarm->resource + strlen("channel/"), channel->id))
            continue;
        g_autofree char *span = alarm_span_text(now->wall_us - alarm->raised_wall_us);

        g_string_append_printf(out, "<small>%s: ", severity_name(alarm->severity));
        html_put(out, alarm->text);
        g_string_append_printf(out, ", for %s</small>", span);
    }
}

static void
put_channel(GString *out, const ChannelView *channel, const Snapshot *snapshot, const ViewTime *now)
{
    g_autofree char *since = alarm_span_text(now->wall_us - channel->since_wall_us);
    g_autofree char *age = alarm_span_text(now->mono_us - channel->reported_us);

    g_string_append_printf(out, "<li class=\"%s\"><span class=\"state\">%s",
                           channel_state_name(channel->state), word_of(channel->state));
    if (channel->since_wall_us != 0)
        g_string_append_printf(out, " for %s", since);
    g_string_append(out, "</span><b>");
    html_put(out, channel->name);
    g_string_append(out, "</b>");
    put_alarms(out, channel, snapshot, now);
    if (channel->reported_us == 0)
        g_string_append(out, channel->state == CHANNEL_DISABLED
                                 ? "<small>Not measured</small>"
                                 : "<small>Not measured yet</small>");
    else
        g_string_append_printf(out, "<small>Measured %s ago</small>", age);
    g_string_append(out, "</li>");
}

static unsigned
count(const Snapshot *snapshot, ChannelState state)
{
    unsigned n = 0;

    for (size_t i = 0; i < snapshot->n_channels; i++)
        n += snapshot->channels[i].state == state ? 1 : 0;
    return n;
}

static void
begin(GString *out, const char *title)
{
    html_begin(out, STATUS_REFRESH_S);
    g_string_append(out, "Status: ");
    html_put(out, title);
    html_begin_body(out, style);
    g_string_append(out, "<h1>");
    html_put(out, title);
    g_string_append(out, "</h1>");
}

static void
put_sum(GString *out, const Snapshot *snapshot, const ViewTime *now)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now->wall_us / US_PER_SECOND);
    g_autofree char *at = g_date_time_format(time, "%Y-%m-%d %H:%M:%S UTC");
    g_autofree char *age = alarm_span_text(now->mono_us - snapshot->at_us);
    const unsigned unknown = count(snapshot, CHANNEL_UNKNOWN) + count(snapshot, CHANNEL_STARTING);

    if (snapshot->at_us == 0 || now->mono_us - snapshot->at_us > STALE_US) {
        g_string_append_printf(out,
                               "<p class=\"warn\" role=\"alert\">The monitor has told nothing new "
                               "for %s. What stands below is not the present.</p>",
                               snapshot->at_us != 0 ? age : "a while");
    }
    g_string_append_printf(out,
                           "<p class=\"sum\">%u of %zu channels on air, %u in fault, %u planned, "
                           "%u not known</p><p class=\"age\">As of %s, %s old; asks anew each "
                           "%u s</p>",
                           count(snapshot, CHANNEL_OK),
                           snapshot->n_channels - count(snapshot, CHANNEL_DISABLED),
                           count(snapshot, CHANNEL_FAULT), count(snapshot, CHANNEL_PLANNED),
                           unknown, at, age, STATUS_REFRESH_S);
}

void
view_status_page(GString *out, const Snapshot *snapshot, const char *title, const ViewTime *now)
{
    static const ChannelState order[] = {CHANNEL_FAULT,   CHANNEL_UNKNOWN, CHANNEL_STARTING,
                                         CHANNEL_PLANNED, CHANNEL_OK,      CHANNEL_DISABLED};

    begin(out, title);
    put_sum(out, snapshot, now);
    g_string_append(out, "<ul>");
    for (size_t k = 0; k < G_N_ELEMENTS(order); k++) {
        for (size_t i = 0; i < snapshot->n_channels; i++) {
            if (snapshot->channels[i].state == order[k])
                put_channel(out, &snapshot->channels[i], snapshot, now);
        }
    }
    g_string_append(out, "</ul>");
    html_end(out);
}
