/* PagerDuty Events API v2: trigger, acknowledge and resolve with one dedup_key an alarm. */
#include "appliance/alerts/payload-parts.h"

#define MAX_SUMMARY 1024u
#define MAX_WORD    255u

/* "warning" below "error": the words have other meanings here than in X.733. */
static const char *
severity_of(Severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL:
        return "critical";
    case SEVERITY_MAJOR:
        return "error";
    case SEVERITY_MINOR:
    case SEVERITY_WARNING:
        return "warning";
    case SEVERITY_INDETERMINATE:
    case SEVERITY_CLEARED:
        break;
    }
    return "info";
}

static void
add_cut(JsonBuilder *json, const char *name, const char *text, unsigned max_characters)
{
    g_autofree char *cut = template_cut(text, max_characters);

    if (cut[0] != '\0')
        payload_add_text(json, name, cut);
}

static void
add_details(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, "custom_details");
    payload_add_text(json, "text", notice->text);
    if (notice->ack_link[0] != '\0')
        payload_add_text(json, "acknowledge", notice->ack_link);
    for (size_t i = 0; i < notice->n_facts; i++)
        payload_add_text(json, notice->facts[i].name, notice->facts[i].value);
    json_builder_end_object(json);
}

static void
add_payload(JsonBuilder *json, const Notice *notice)
{
    g_autofree char *at = notice_time(notice->at_us);

    payload_begin_object(json, "payload");
    payload_add_text(json, "summary", notice->title[0] != '\0' ? notice->title : "-");
    payload_add_text(json, "source", notice->where[0] != '\0' ? notice->where : "gantry");
    payload_add_text(json, "severity", severity_of(notice->severity));
    payload_add_text(json, "timestamp", at);
    add_cut(json, "component", notice->event != NULL ? notice->event->resource : "", MAX_WORD);
    add_cut(json, "group", notice->group, MAX_WORD);
    add_cut(json, "class", notice->fault, MAX_WORD);
    add_details(json, notice);
    json_builder_end_object(json);
}

static void
add_links(JsonBuilder *json, const Notice *notice)
{
    if (notice->link[0] == '\0')
        return;
    payload_begin_array(json, "links");
    payload_begin_object(json, NULL);
    payload_add_text(json, "href", notice->link);
    payload_add_text(json, "text", "Open in Gantry");
    json_builder_end_object(json);
    json_builder_end_array(json);
    payload_add_text(json, "client_url", notice->sender.public_url);
}

static const char *
action_of(const Notice *notice)
{
    switch (notice->action) {
    case TELL_RESOLVE:
        return "resolve";
    case TELL_ACKNOWLEDGE:
        return "acknowledge";
    case TELL_NOTE:
        /* A flood that is over ends its incident. */
        return notice->kind == NOTICE_DIGEST ? "resolve" : "trigger";
    case TELL_TRIGGER:
        break;
    }
    return "trigger";
}

bool
payload_render_pagerduty(const Notice *notice,
                         const PayloadPlace *place,
                         PayloadRequest *request,
                         GError **error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();

    if (!payload_secret_is_word(place->secret, "a routing key", error))
        return false;
    json_builder_begin_object(json);
    payload_add_text(json, "routing_key", place->secret);
    payload_add_text(json, "event_action", action_of(notice));
    add_cut(json, "dedup_key", notice->key, MAX_WORD);
    add_payload(json, notice);
    payload_add_text(json, "client", "Gantry");
    add_links(json, notice);
    json_builder_end_object(json);
    payload_take_json(request, json);
    return true;
}
