/* Jira Service Management, whose integration takes what Opsgenie's API took: one alert an alarm,
 * found again by its alias. Opsgenie itself ends in 2027; its address still works as one. */
#include "appliance/alerts/payload-parts.h"

#define MAX_MESSAGE     130u
#define MAX_DESCRIPTION 15000u
#define MAX_ENTITY      512u
#define MAX_SOURCE      100u
#define MAX_NOTE        1000u

static const char *
priority_of(Severity severity)
{
    switch (severity) {
    case SEVERITY_CRITICAL:
        return "P1";
    case SEVERITY_MAJOR:
        return "P2";
    case SEVERITY_MINOR:
        return "P3";
    case SEVERITY_WARNING:
        return "P4";
    case SEVERITY_INDETERMINATE:
    case SEVERITY_CLEARED:
        break;
    }
    return "P5";
}

static void
add_cut(JsonBuilder *json, const char *name, const char *text, unsigned max_characters)
{
    g_autofree char *cut = template_cut(text, max_characters);

    payload_add_text(json, name, cut);
}

static void
build_alert(JsonBuilder *json, const Notice *notice)
{
    add_cut(json, "message", notice->title[0] != '\0' ? notice->title : "-", MAX_MESSAGE);
    payload_add_text(json, "alias", notice->key);
    add_cut(json, "description", notice->text, MAX_DESCRIPTION);
    add_cut(json, "entity", notice->where, MAX_ENTITY);
    payload_add_text(json, "priority", priority_of(notice->severity));
    payload_begin_array(json, "tags");
    json_builder_add_string_value(json, notice->fault);
    json_builder_end_array(json);
    payload_begin_object(json, "details");
    for (size_t i = 0; i < notice->n_facts; i++)
        payload_add_text(json, notice->facts[i].name, notice->facts[i].value);
    if (notice->link[0] != '\0')
        payload_add_text(json, "Link", notice->link);
    if (notice->ack_link[0] != '\0')
        payload_add_text(json, "Acknowledge", notice->ack_link);
    json_builder_end_object(json);
}

/* What follows the alert's alias in the address; "" to make one. */
static const char *
verb_of(const Notice *notice)
{
    switch (notice->action) {
    case TELL_RESOLVE:
        return "close";
    case TELL_ACKNOWLEDGE:
        return "acknowledge";
    case TELL_NOTE:
        if (notice->kind == NOTICE_DIGEST)
            return "close";
        return notice->kind == NOTICE_EVENT ? "notes" : "";
    case TELL_TRIGGER:
        break;
    }
    return "";
}

bool
payload_render_jsm(const Notice *notice,
                   const PayloadPlace *place,
                   PayloadRequest *request,
                   GError **error)
{
    const char *verb = verb_of(notice);
    g_autoptr(JsonBuilder) json = json_builder_new();

    if (!payload_secret_is_word(place->secret, "an API key", error))
        return false;
    g_autofree char *authorization = g_strconcat("GenieKey ", place->secret, NULL);

    json_builder_begin_object(json);
    if (verb[0] == '\0')
        build_alert(json, notice);
    else
        add_cut(json, "note", notice->text, MAX_NOTE);
    add_cut(json, "source", notice->sender.monitor_id, MAX_SOURCE);
    payload_add_text(json, "user", "Gantry");
    json_builder_end_object(json);
    if (verb[0] != '\0') {
        g_autofree char *alias = g_uri_escape_string(notice->key, NULL, FALSE);

        request->url = g_strdup_printf("%s/%s/%s?identifierType=alias", place->url, alias, verb);
    }
    payload_add_header(request, "Authorization", authorization);
    payload_take_json(request, json);
    return true;
}
