/* Standard Webhooks 1.0: {"type":"channel.alarm.raised","timestamp":...,"data":{...}}, signed with
 * each of up to two secrets, so that a receiver can change from one to the next. */
#include <math.h>
#include <string.h>

#include "appliance/alerts/payload-parts.h"
#include "appliance/alerts/webhook-sign.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define PAYLOAD_SCHEMA   1
#define PAYLOAD_MAX_TEXT 2048u /* bytes of any one string */
#define MAX_SECRETS      2u    /* the new one and the old one, during a change */

static void
add_text(JsonBuilder *json, const char *name, const char *text)
{
    g_autofree char *clean = text_clean(text, PAYLOAD_MAX_TEXT);

    json_builder_set_member_name(json, name);
    json_builder_add_string_value(json, clean);
}

/* RFC 3339 with milliseconds; null for 0, which means "not yet". */
static void
add_wall(JsonBuilder *json, const char *name, WallUs wall_us)
{
    json_builder_set_member_name(json, name);
    if (wall_us <= 0) {
        json_builder_add_null_value(json);
        return;
    }
    g_autofree char *text = notice_time(wall_us);

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
add_links(JsonBuilder *json, const Notice *notice)
{
    const char *base = notice->sender.public_url;

    if (base[0] == '\0')
        return;
    g_autofree char *alarms = g_strconcat(base, "/alarms", NULL);

    add_text(json, "ack_url", notice->ack_link[0] != '\0' ? notice->ack_link : alarms);
    if (!g_str_has_prefix(notice->event->resource, "channel/"))
        return;
    const char *id = notice->event->resource + strlen("channel/");
    g_autofree char *picture = g_strconcat(base, "/api/v1/channels/", id, "/thumb.jpg", NULL);

    add_text(json, "channel_url", notice->link);
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

/* What people did about it, and what it belongs to. */
static void
add_context(JsonBuilder *json, const Event *event)
{
    add_text(json, "operator_state", operator_state_name(event->operator_state));
    add_text(json, "actor", event->actor);
    add_text(json, "note", event->note);
    add_text(json, "owner", event->owner);
    add_wall(json, "until", event->until_wall_us);
    add_text(json, "impact", impact_class_name(event->impact));
    add_text(json, "quiet", alarm_quiet_name(event->quiet));
    payload_add_flag(json, "first_out", event->first_out);
    payload_add_integer(json, "members", event->members);
    json_builder_set_member_name(json, "value");
    if (isfinite(event->value))
        json_builder_add_double_value(json, event->value);
    else
        json_builder_add_null_value(json);
    payload_add_flag(json, "clock_synced", event->clock_synced);
}

static void
add_alarm(JsonBuilder *json, const Notice *notice)
{
    const Event *event = notice->event;

    payload_add_integer(json, "seq", event->alarm_seq);
    payload_add_integer(json, "journal_seq", (gint64)event->seq);
    add_text(json, "event_id", event->id);
    add_text(json, "alarm_id", event->alarm_id);
    add_text(json, "incident_id", event->incident_id);
    add_text(json, "state", alarm_state(event));
    add_text(json, "severity", severity_name(event->severity));
    add_text(json, "cause", fault_info(event->fault)->name);
    add_text(json, "cause_scope", cause_scope_name(event->cause_scope));
    add_text(json, "resource", event->resource);
    add_channel(json, event);
    add_text(json, "title", notice->title);
    add_text(json, "text", event->text);
    add_text(json, "action", notice->to_do);
    add_wall(json, "raised_at", event->raised_wall_us);
    add_wall(json, "cleared_at", event->cleared_wall_us);
    add_context(json, event);
    add_links(json, notice);
}

/* "channel.alarm.raised", "gantry.test", ... Returns: (transfer full) */
static char *
type_of(const Notice *notice)
{
    if (notice->event == NULL)
        return g_strconcat("gantry.", notice->fault, NULL);
    return g_strdup_printf("%.*s.alarm.%s", (int)strcspn(notice->event->resource, "/"),
                           notice->event->resource, payload_action_name(notice->event->kind));
}

static void
build(JsonBuilder *json, const Notice *notice, const PayloadPlace *place)
{
    g_autofree char *type = type_of(notice);

    json_builder_begin_object(json);
    add_text(json, "type", type);
    add_wall(json, "timestamp", notice->at_us);
    payload_begin_object(json, "data");
    payload_add_integer(json, "schema", PAYLOAD_SCHEMA);
    if (notice->event != NULL) {
        add_alarm(json, notice);
    } else {
        add_text(json, "event_id", notice->id);
        payload_add_text(json, "text", notice->text);
        if (notice->kind == NOTICE_HEARTBEAT)
            payload_add_integer(json, "interval_seconds", place->heartbeat_s);
    }
    add_sender(json, &notice->sender);
    json_builder_end_object(json);
    json_builder_end_object(json);
}

/* Keys of @secret, one a line. Returns: (transfer full) (nullable) */
static GPtrArray *
keys_of(const char *secret, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_auto(GStrv) lines = g_strsplit(secret, "\n", -1);

    for (size_t i = 0; lines[i] != NULL && keys->len < MAX_SECRETS; i++) {
        if (g_strstrip(lines[i])[0] == '\0')
            continue;
        GBytes *key = webhook_key(lines[i], error);

        if (key == NULL)
            return NULL;
        g_ptr_array_add(keys, key);
    }
    return g_steal_pointer(&keys);
}

bool
payload_render_webhook(const Notice *notice,
                       const PayloadPlace *place,
                       PayloadRequest *request,
                       GError **error)
{
    const gint64 now_s = place->now_us / US_PER_SECOND;
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autoptr(GPtrArray) keys = keys_of(place->secret, error);
    g_autoptr(GString) signatures = g_string_new(NULL);
    g_autofree char *timestamp = g_strdup_printf("%" G_GINT64_FORMAT, now_s);

    if (keys == NULL)
        return false;
    build(json, notice, place);
    payload_take_json(request, json);
    gsize size = 0;
    const char *bytes = g_bytes_get_data(request->body, &size);
    g_autofree char *body = g_strndup(bytes, size);

    for (guint i = 0; i < keys->len; i++) {
        g_autofree char *signature =
            webhook_sign(g_ptr_array_index(keys, i), notice->id, now_s, body);

        g_string_append_printf(signatures, "%s%s", i > 0 ? " " : "", signature);
    }
    payload_add_header(request, "webhook-id", notice->id);
    payload_add_header(request, "webhook-timestamp", timestamp);
    if (signatures->len > 0)
        payload_add_header(request, "webhook-signature", signatures->str);
    return true;
}
