/* Events as one line of JSON, for journal prints, the Redis stream and debugging. */
#include <math.h>

#include "appliance/events/event.h"
#include "pipelines/base/text.h"

static void
add_string(GString *json, const char *name, const char *text)
{
    g_autofree char *clean = text_clean(text, EVENT_MAX_TEXT);

    g_string_append_printf(json, ",\"%s\":\"", name);
    for (const char *c = clean; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(json, '\\');
        if ((guchar)*c < 0x20)
            g_string_append_printf(json, "\\u%04x", (guchar)*c);
        else
            g_string_append_c(json, *c);
    }
    g_string_append_c(json, '"');
}

/* RFC 3339 with milliseconds; null for 0, which means "not yet". */
static void
add_wall(GString *json, const char *name, WallUs wall_us)
{
    const WallUs seconds = wall_us >= 0 ? wall_us / US_PER_SECOND : 0;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    g_autofree char *text = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : NULL;

    if (text == NULL || wall_us <= 0)
        g_string_append_printf(json, ",\"%s\":null", name);
    else
        g_string_append_printf(json, ",\"%s\":\"%s.%03dZ\"", name, text,
                               (int)(wall_us % US_PER_SECOND / US_PER_MS));
}

static void
add_alarm(GString *json, const Event *event)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    add_string(json, "alarm_id", event->alarm_id);
    add_string(json, "incident_id", event->incident_id);
    g_string_append_printf(json, ",\"alarm_seq\":%u", event->alarm_seq);
    add_string(json, "type", fault_info((unsigned)event->fault)->name);
    add_string(json, "severity", severity_name(event->severity));
    add_string(json, "cause_scope", cause_scope_name(event->cause_scope));
    add_string(json, "operator_state", operator_state_name(event->operator_state));
    add_string(json, "channel_name", event->channel_name);
    add_string(json, "channel_group", event->channel_group);
    add_string(json, "channel_address", event->channel_address);
    add_wall(json, "raised_at", event->raised_wall_us);
    add_wall(json, "cleared_at", event->cleared_wall_us);
    add_string(json, "impact", impact_class_name(event->impact));
    add_string(json, "quiet", alarm_quiet_name(event->quiet));
    g_string_append_printf(json, ",\"first_out\":%s", event->first_out ? "true" : "false");
    g_string_append_printf(json, ",\"members\":%u", event->members);
    add_wall(json, "until", event->until_wall_us);
    add_string(json, "owner", event->owner);
    if (isfinite(event->value))
        g_string_append_printf(json, ",\"value\":%s",
                               g_ascii_dtostr(number, sizeof number, event->value));
}

char *
event_to_json(const Event *event)
{
    g_return_val_if_fail(event != NULL, NULL);

    GString *json = g_string_sized_new(512);

    g_string_append_printf(json, "{\"seq\":%" G_GUINT64_FORMAT, event->seq);
    add_string(json, "id", event->id);
    add_string(json, "kind", event_kind_name(event->kind));
    add_wall(json, "at", event->wall_us);
    g_string_append_printf(json, ",\"boot_us\":%" G_GINT64_FORMAT, event->at_us);
    g_string_append_printf(json, ",\"clock_synced\":%s", event->clock_synced ? "true" : "false");
    g_string_append_printf(json, ",\"durable\":%s", event->durable ? "true" : "false");
    add_string(json, "resource", event->resource);
    if (event->alarm_id[0] != '\0')
        add_alarm(json, event);
    add_string(json, "text", event->text);
    add_string(json, "actor", event->actor);
    add_string(json, "note", event->note);
    g_string_append_c(json, '}');
    return g_string_free(json, FALSE);
}
