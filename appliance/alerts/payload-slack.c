/* Slack's incoming webhooks: a fallback text, blocks, and the facts in a coloured attachment.
 * "&", "<" and ">" are escaped everywhere: a channel called "<!channel>" must not call everybody.
 */
#include "appliance/alerts/payload-parts.h"

#define MAX_HEADER  150u
#define MAX_SECTION 3000u
#define MAX_FACT    300u

static const char *const html[] = {"&amp;", "&lt;", "&gt;"};

static char *
escaped(const char *text, unsigned max_characters)
{
    return payload_escape(text, "&<>", html, 0, max_characters);
}

static void
add_escaped(JsonBuilder *json, const char *name, const char *text, unsigned max_characters)
{
    g_autofree char *safe = escaped(text, max_characters);

    payload_add_text(json, name, safe);
}

static const char *
color_of(const Notice *notice)
{
    if (notice->action == TELL_RESOLVE)
        return "#2eb67d";
    if (notice->severity >= SEVERITY_MAJOR)
        return notice->severity == SEVERITY_CRITICAL ? "#d00000" : "#e8601c";
    return notice->severity >= SEVERITY_WARNING ? "#ecb22e" : "#808080";
}

static void
add_header(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, NULL);
    payload_add_text(json, "type", "header");
    payload_begin_object(json, "text");
    payload_add_text(json, "type", "plain_text");
    add_escaped(json, "text", notice->title, MAX_HEADER);
    payload_add_flag(json, "emoji", false);
    json_builder_end_object(json);
    json_builder_end_object(json);
}

/* The text, and links that are ours. */
static void
add_section(JsonBuilder *json, const Notice *notice)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *safe = escaped(notice->text, MAX_SECTION - 1000);

    g_string_append(text, safe);
    if (notice->ack_link[0] != '\0')
        g_string_append_printf(text, "\n<%s|Acknowledge>", notice->ack_link);
    if (notice->link[0] != '\0')
        g_string_append_printf(text, "\n<%s|Open in Gantry>", notice->link);
    payload_begin_object(json, NULL);
    payload_add_text(json, "type", "section");
    payload_begin_object(json, "text");
    payload_add_text(json, "type", "mrkdwn");
    payload_add_text(json, "text", text->len > 0 ? text->str : "-");
    payload_add_flag(json, "verbatim", true);
    json_builder_end_object(json);
    json_builder_end_object(json);
}

static void
add_facts(JsonBuilder *json, const Notice *notice)
{
    payload_begin_object(json, NULL);
    payload_add_text(json, "color", color_of(notice));
    add_escaped(json, "fallback", notice->title, MAX_HEADER);
    payload_add_integer(json, "ts", notice->at_us / US_PER_SECOND);
    payload_begin_array(json, "fields");
    for (size_t i = 0; i < notice->n_facts; i++) {
        payload_begin_object(json, NULL);
        payload_add_text(json, "title", notice->facts[i].name);
        add_escaped(json, "value", notice->facts[i].value, MAX_FACT);
        payload_add_flag(json, "short", true);
        json_builder_end_object(json);
    }
    json_builder_end_array(json);
    json_builder_end_object(json);
}

bool
payload_render_slack(const Notice *notice,
                     const PayloadPlace *place,
                     PayloadRequest *request,
                     GError **error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();

    json_builder_begin_object(json);
    add_escaped(json, "text", notice->title, MAX_HEADER);
    payload_begin_array(json, "blocks");
    add_header(json, notice);
    add_section(json, notice);
    json_builder_end_array(json);
    payload_begin_array(json, "attachments");
    add_facts(json, notice);
    json_builder_end_array(json);
    json_builder_end_object(json);
    payload_take_json(request, json);
    return true;
}
