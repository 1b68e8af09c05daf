/* Microsoft Teams by Workflows: one adaptive card. Its texts are Markdown: what could mark up is
 * escaped. */
#include "appliance/alerts/payload-parts.h"

#define MAX_TITLE 300u
#define MAX_TEXT  3000u /* 28 KB a message are documented, 21 KB were seen to work */
#define MAX_FACT  300u
#define MARKS     "\\`*_[]()#~>|"

static void
add_escaped(JsonBuilder *json, const char *name, const char *text, unsigned max_characters)
{
    g_autofree char *safe = payload_escape(text, MARKS, NULL, '\\', max_characters);

    payload_add_text(json, name, safe);
}

static const char *
color_of(const Notice *notice)
{
    if (notice->action == TELL_RESOLVE)
        return "Good";
    return notice->severity >= SEVERITY_MAJOR ? "Attention" : "Warning";
}

static void
add_title(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, NULL);
    payload_add_text(json, "type", "TextBlock");
    add_escaped(json, "text", notice->title, MAX_TITLE);
    payload_add_text(json, "weight", "Bolder");
    payload_add_text(json, "size", "Medium");
    payload_add_text(json, "style", "heading");
    payload_add_text(json, "color", color_of(notice));
    payload_add_flag(json, "wrap", true);
    json_builder_end_object(json);
}

static void
add_text(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, NULL);
    payload_add_text(json, "type", "TextBlock");
    add_escaped(json, "text", notice->text, MAX_TEXT);
    payload_add_flag(json, "wrap", true);
    json_builder_end_object(json);
}

static void
add_facts(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, NULL);
    payload_add_text(json, "type", "FactSet");
    payload_begin_array(json, "facts");
    for (size_t i = 0; i < notice->n_facts; i++) {
        payload_begin_object(json, NULL);
        payload_add_text(json, "title", notice->facts[i].name);
        add_escaped(json, "value", notice->facts[i].value, MAX_FACT);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

static void
add_action(JsonBuilder *json, const char *title, const char *url)
{
    if (url[0] == '\0')
        return;
    payload_begin_object(json, NULL);
    payload_add_text(json, "type", "Action.OpenUrl");
    payload_add_text(json, "title", title);
    payload_add_text(json, "url", url);
    json_builder_end_object(json);
}

static void
add_card(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, "content");
    payload_add_text(json, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
    payload_add_text(json, "type", "AdaptiveCard");
    payload_add_text(json, "version", "1.2");
    payload_begin_array(json, "body");
    add_title(json, notice);
    add_text(json, notice);
    if (notice->n_facts > 0)
        add_facts(json, notice);
    json_builder_end_array(json);
    payload_begin_array(json, "actions");
    add_action(json, "Acknowledge", notice->ack_link);
    add_action(json, "Open in Gantry", notice->link);
    json_builder_end_array(json);
    payload_begin_object(json, "msteams");
    payload_add_text(json, "width", "Full");
    json_builder_end_object(json);
    json_builder_end_object(json);
}

bool
payload_render_teams(const Notice *notice,
                     const PayloadPlace *place,
                     PayloadRequest *request,
                     GError **error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();

    json_builder_begin_object(json);
    payload_add_text(json, "type", "message");
    payload_begin_array(json, "attachments");
    payload_begin_object(json, NULL);
    payload_add_text(json, "contentType", "application/vnd.microsoft.card.adaptive");
    json_builder_set_member_name(json, "contentUrl");
    json_builder_add_null_value(json);
    add_card(json, notice);
    json_builder_end_object(json);
    json_builder_end_array(json);
    json_builder_end_object(json);
    payload_take_json(request, json);
    return true;
}
