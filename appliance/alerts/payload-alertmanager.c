/* Alertmanager API v2: one alert with an end in the future while it stands, in the past when it is
 * over. Labels name an alert, and severity must be a label to be routed by; so what ends an alert,
 * or changes its severity, ends it under the other severities too. Ends of alerts that never began
 * are passed over there. */
#include "appliance/alerts/payload-parts.h"

#define STANDS_US (7 * 24 * 3600 * US_PER_SECOND) /* a new end comes with every event */

static void
add_label(JsonBuilder *json, const char *name, const char *value)
{
    if (value[0] != '\0')
        payload_add_text(json, name, value);
}

static void
add_labels(JsonBuilder *json, const Notice *notice, Severity severity)
{
    payload_begin_object(json, "labels");
    payload_add_text(json, "alertname", notice->fault);
    payload_add_text(json, "severity", severity_name(severity));
    add_label(json, "alarm_id", notice->key);
    add_label(json, "resource", notice->event != NULL ? notice->event->resource : "");
    add_label(json, "channel", notice->event != NULL ? notice->event->channel_name : "");
    add_label(json, "group", notice->group);
    add_label(json, "monitor", notice->sender.monitor_id);
    json_builder_end_object(json);
}

static void
add_annotations(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, "annotations");
    add_label(json, "summary", notice->title);
    add_label(json, "description", notice->text);
    add_label(json, "acknowledge", notice->ack_link);
    json_builder_end_object(json);
}

static void
add_alert(JsonBuilder *json, const Notice *notice, Severity severity, WallUs end_us)
{
    const WallUs begin = notice->event != NULL && notice->event->raised_wall_us > 0
                             ? notice->event->raised_wall_us
                             : notice->at_us;
    g_autofree char *starts_at = notice_time(begin);
    g_autofree char *ends_at = notice_time(MAX(end_us, begin + US_PER_MS));

    payload_begin_object(json, NULL);
    add_labels(json, notice, severity);
    add_annotations(json, notice);
    payload_add_text(json, "startsAt", starts_at);
    payload_add_text(json, "endsAt", ends_at);
    add_label(json, "generatorURL", notice->link);
    json_builder_end_object(json);
}

static WallUs
end_of(const Notice *notice, const PayloadPlace *place)
{
    if (notice->kind == NOTICE_HEARTBEAT)
        return notice->at_us + 3 * (int64_t)place->heartbeat_s * US_PER_SECOND;
    if (notice->kind != NOTICE_EVENT)
        return notice->at_us + 60 * US_PER_SECOND;
    if (notice->action == TELL_RESOLVE)
        return notice->event->cleared_wall_us != 0 ? notice->event->cleared_wall_us : notice->at_us;
    return notice->at_us + STANDS_US;
}

bool
payload_render_alertmanager(const Notice *notice,
                            const PayloadPlace *place,
                            PayloadRequest *request,
                            GError **error)
{
    const WallUs end = end_of(notice, place);
    const bool first = notice->event == NULL || notice->event->kind == EVENT_ALARM_RAISED;
    g_autoptr(JsonBuilder) json = json_builder_new();

    if (place->secret[0] != '\0') {
        if (!payload_secret_is_word(place->secret, "a token", error))
            return false;
        g_autofree char *authorization = g_strconcat("Bearer ", place->secret, NULL);

        payload_add_header(request, "Authorization", authorization);
    }
    json_builder_begin_array(json);
    add_alert(json, notice, notice->severity, end);
    for (int other = SEVERITY_WARNING; !first && other <= SEVERITY_CRITICAL; other++) {
        if ((Severity)other != notice->severity)
            add_alert(json, notice, (Severity)other, MIN(end, notice->at_us));
    }
    json_builder_end_array(json);
    request->url = g_strconcat(place->url, g_str_has_suffix(place->url, "/") ? "" : "/",
                               "api/v2/alerts", NULL);
    payload_take_json(request, json);
    return true;
}
