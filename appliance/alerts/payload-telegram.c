/* Telegram's sendMessage, without a parse mode: the text is text, there is nothing to escape. */
#include <string.h>

#include "appliance/alerts/payload-parts.h"
#include "pipelines/base/error.h"

#define MAX_UNITS 4096u /* of UTF-16 */

static unsigned
units_of(const char *text)
{
    unsigned units = 0;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
        units += g_utf8_get_char(at) > 0xffff ? 2 : 1;
    return units;
}

/* "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11": becomes part of the path. */
static bool
check_token(const char *token, GError **error)
{
    const size_t digits = strspn(token, "0123456789");
    const char *rest = token + digits + 1;
    const bool good = digits > 0 && token[digits] == ':' && strlen(token) <= 128 &&
                      strlen(rest) >= 20 &&
                      strspn(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                   "_-") == strlen(rest);

    if (!good)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "the secret file does not hold a bot's token, such as "
                            "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11");
    return good;
}

static char *
text_of(const Notice *notice)
{
    g_autoptr(GString) links = g_string_new(NULL);

    if (notice->ack_link[0] != '\0')
        g_string_append_printf(links, "\n\nAcknowledge: %s", notice->ack_link);
    if (notice->link[0] != '\0')
        g_string_append_printf(links, "\n\n%s", notice->link);
    g_autofree char *whole = g_strdup_printf("%s\n\n%s", notice->title, notice->text);
    const unsigned room = MAX_UNITS - MIN(units_of(links->str), MAX_UNITS - 1);
    unsigned characters = (unsigned)g_utf8_strlen(whole, -1);

    while (units_of(whole) > room) {
        char *cut = template_cut(whole, characters -= 1 + (units_of(whole) - room) / 2);

        g_free(whole);
        whole = cut;
    }
    return g_strconcat(whole, links->str, NULL);
}

bool
payload_render_telegram(const Notice *notice,
                        const PayloadPlace *place,
                        PayloadRequest *request,
                        GError **error)
{
    g_autoptr(JsonBuilder) json = json_builder_new();
    g_autofree char *text = text_of(notice);

    if (!check_token(place->secret, error))
        return false;
    json_builder_begin_object(json);
    payload_add_text(json, "chat_id", place->to);
    payload_add_text(json, "text", text);
    payload_begin_object(json, "link_preview_options");
    payload_add_flag(json, "is_disabled", true);
    json_builder_end_object(json);
    payload_add_flag(json, "disable_notification", notice->action == TELL_NOTE);
    json_builder_end_object(json);
    request->url = g_strdup_printf("%s%sbot%s/sendMessage", place->url,
                                   g_str_has_suffix(place->url, "/") ? "" : "/", place->secret);
    payload_take_json(request, json);
    return true;
}
