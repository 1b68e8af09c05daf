/* An alarm's event as the JSON of a webhook. */
#include "appliance/alerts/payload-webhook.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "pipelines/base/text.h"

#define PAYLOAD_SCHEMA   1
#define PAYLOAD_MAX_TEXT 2048u /* bytes of any one string */

const char *
payload_action_name(EventKind kind)
{
    switch (kind) {
    case EVENT_ALARM_RAISED:
        return "raised";
    case EVENT_ALARM_UPDATED:
        return "updated";
    case EVENT_ALARM_CLEARED:
        return "cleared";
    case EVENT_ALARM_ACK:
        return "acknowledged";
    case EVENT_ALARM_UNACK:
        return "unacknowledged";
    case EVENT_ALARM_COMMENT:
        return "commented";
    case EVENT_ALARM_SHELVED:
        return "shelved";
    case EVENT_ALARM_UNSHELVED:
        return "unshelved";
    case EVENT_ALARM_ASSIGNED:
        return "assigned";
    case EVENT_ALARM_JOINED:
        return "joined";
    case EVENT_ALARM_REMINDED:
        return "reminded";
    case EVENT_ALARM_NOTED:
    case EVENT_AUDIT:
    case EVENT_BOX:
        break;
    }
    return "other";
}

static void
add_text(JsonBuilder *json, const char *name, const char *text)
{
    g_autofree char *clean = text_clean(text, PAYLOAD_MAX_TEXT);

    json_builder_set_member_name(json, name);
    json_builder_add_string_value(json, clean);
}

static void
add_integer(JsonBuilder *json, const char *name, gint64 value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

/* RFC 3339 with milliseconds; null for 0, which means "not yet". */
static void
add_wall(JsonBuilder *json, const char *name, WallUs wall_us)
{
    g_autoptr(GDateTime) time =
        wall_us > 0 ? g_date_time_new_from_unix_utc(wall_us / US_PER_SECOND) : NULL;
    g_autofree char *seconds = time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : NULL;

    json_builder_set_member_name(json, name);
    if (seconds == NULL) {
        json_builder_add_null_value(json);
        return;
    }
    g_autofree char *text =
        g_strdup_printf("%s.%03dZ", seconds, (int)(wall_us % US_PER_SECOND / US_PER_MS));

    json_builder_add_string_value(json, text);
}

/* The state of the alarm, whatever the event is about. */
static const char *
alarm_state(const Event *event)
{
    if (event->cleared_wall_us != 0 || event->kind == EVENT_ALARM_CLEARED)
        return "cleared";
    return event->kind == EVENT_ALARM_UPDATED ? "updated" : "raised";
}

static void
add_channel(JsonBuilder *json, const Event *event)
{
    json_builder_set_member_name(json, "channel");
    if (!g_str_has_prefix(event->resource, "channel/")) {
        json_builder_add_null_value(json);
        return;
    }
    json_builder_begin_object(json);
    add_text(json, "id", event->resource + strlen("channel/"));
    add_text(json, "name", event->channel_name);
    add_text(json, "group", event->channel_group);
    add_text(json, "input", event->channel_address);
    json_builder_end_object(json);
}

static void
add_links(JsonBuilder *json, const Event *event, const PayloadSender *sender)
{
    if (sender->public_url[0] == '\0')
        return;
    g_autofree char *alarms = g_strconcat(sender->public_url, "/alarms", NULL);

    add_text(json, "ack_url", alarms);
    if (!g_str_has_prefix(event->resource, "channel/"))
        return;
    const char *id = event->resource + strlen("channel/");
    g_autofree char *page = g_strconcat(sender->public_url, "/channels/", id, NULL);
    g_autofree char *picture =
        g_strconcat(sender->public_url, "/api/v1/channels/", id, "/thumb.jpg", NULL);

    add_text(json, "channel_url", page);
    add_text(json, "thumb_url", picture);
}

static void
add_sender(JsonBuilder *json, const PayloadSender *sender)
{
    json_builder_set_member_name(json, "monitor");
    json_builder_begin_object(json);
    add_text(json, "id", sender->monitor_id);
    add_text(json, "version", GANTRY_VERSION);
    add_text(json, "boot_id", sender->boot_id);
    json_builder_end_object(json);
}

static void
add_data(JsonBuilder *json, const Event *event, const PayloadSender *sender)
{
    json_builder_begin_object(json);
    add_integer(json, "schema", PAYLOAD_SCHEMA);
    add_integer(json, "seq", event->alarm_seq);
    add_integer(json, "journal_seq", (gint64)event->seq);
    add_text(json, "event_id", event->id);
    add_text(json, "alarm_id", event->alarm_id);
    add_text(json, "incident_id", event->incident_id);
    add_text(json, "state", alarm_state(event));
    add_text(json, "severity", severity_name(event->severity));
    add_text(json, "cause", fault_info(event->fault)->name);
    add_text(json, "cause_scope", cause_scope_name(event->cause_scope));
    add_text(json, "resource", event->resource);
    add_channel(json, event);
    add_text(json, "text", event->text);
    add_text(json, "action", fault_info(event->fault)->action);
    add_wall(json, "raised_at", event->raised_wall_us);
    add_wall(json, "cleared_at", event->cleared_wall_us);
    add_text(json, "operator_state", operator_state_name(event->operator_state));
    add_text(json, "actor", event->actor);
    add_text(json, "note", event->note);
    json_builder_set_member_name(json, "value");
    if (isfinite(event->value))
        json_builder_add_double_value(json, event->value);
    else
        json_builder_add_null_value(json);
    json_builder_set_member_name(json, "clock_synced");
    json_builder_add_boolean_value(json, event->clock_synced);
    add_sender(json, sender);
    add_links(json, event, sender);
    json_builder_end_object(json);
}

char *
payload_webhook(const Event *event, const PayloadSender *sender)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    const size_t kind_length = strcspn(event->resource, "/");
    g_autofree char *type = g_strdup_printf("%.*s.alarm.%s", (int)kind_length, event->resource,
                                            payload_action_name(event->kind));

    json_builder_begin_object(json);
    add_text(json, "type", type);
    add_wall(json, "timestamp", event->wall_us);
    json_builder_set_member_name(json, "data");
    add_data(json, event, sender);
    json_builder_end_object(json);
    g_autoptr(JsonNode) root = json_builder_get_root(json);

    return json_to_string(root, FALSE);
}

char *
payload_webhook_test(const char *id, WallUs wall_us, const PayloadSender *sender)
{
    g_autoptr(JsonBuilder) json = json_builder_new();

    json_builder_begin_object(json);
    add_text(json, "type", "gantry.test");
    add_wall(json, "timestamp", wall_us);
    json_builder_set_member_name(json, "data");
    json_builder_begin_object(json);
    add_integer(json, "schema", PAYLOAD_SCHEMA);
    add_text(json, "event_id", id);
    add_text(json, "text", "This is a test. No channel has a fault because of it.");
    add_sender(json, sender);
    json_builder_end_object(json);
    json_builder_end_object(json);
    g_autoptr(JsonNode) root = json_builder_get_root(json);

    return json_to_string(root, FALSE);
}
