/* Building blocks of the renderers. */
#include "appliance/alerts/payload-parts.h"

#include <string.h>

#include "pipelines/base/error.h"

#define MAX_WORD 512u

void
payload_add_text(JsonBuilder *json, const char *name, const char *text)
{
    json_builder_set_member_name(json, name);
    json_builder_add_string_value(json, text);
}

void
payload_add_integer(JsonBuilder *json, const char *name, gint64 value)
{
    json_builder_set_member_name(json, name);
    json_builder_add_int_value(json, value);
}

void
payload_add_flag(JsonBuilder *json, const char *name, bool flag)
{
    json_builder_set_member_name(json, name);
    json_builder_add_boolean_value(json, flag);
}

void
payload_begin_object(JsonBuilder *json, const char *name)
{
    if (name != NULL)
        json_builder_set_member_name(json, name);
    json_builder_begin_object(json);
}

void
payload_begin_array(JsonBuilder *json, const char *name)
{
    if (name != NULL)
        json_builder_set_member_name(json, name);
    json_builder_begin_array(json);
}

void
payload_take_json(PayloadRequest *request, JsonBuilder *json)
{
    g_autoptr(JsonNode) root = json_builder_get_root(json);
    char *text = json_to_string(root, FALSE);

    request->body = g_bytes_new_take(text, strlen(text));
    payload_add_header(request, "Content-Type", "application/json");
}

void
payload_add_header(PayloadRequest *request, const char *name, const char *value)
{
    g_ptr_array_add(request->headers, g_strdup_printf("%s: %s", name, value));
}

char *
payload_escape(const char *text,
               const char *special,
               const char *const *replacements,
               char prefix,
               unsigned max_characters)
{
    GString *out = g_string_new(NULL);
    const char pair[3] = {prefix, '\0', '\0'};
    unsigned characters = 0;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
        const char *found = strchr(special, *at);
        char with_prefix[3] = {pair[0], *at, '\0'};
        const char *piece = found == NULL          ? NULL
                            : replacements != NULL ? replacements[found - special]
                                                   : with_prefix;
        const unsigned length = piece != NULL ? (unsigned)strlen(piece) : 1;

        /* One is kept for the ellipsis, unless this is the end. */
        if (characters + length + 1 > max_characters &&
            (characters + length > max_characters || *g_utf8_next_char(at) != '\0')) {
            g_string_append(out, "\u2026");
            break;
        }
        characters += length;
        if (piece != NULL)
            g_string_append(out, piece);
        else
            g_string_append_len(out, at, g_utf8_next_char(at) - at);
    }
    return g_string_free(out, FALSE);
}

bool
payload_secret_is_word(const char *secret, const char *what, GError **error)
{
    const size_t length = strlen(secret);
    bool good = length > 0 && length <= MAX_WORD;

    for (size_t i = 0; good && i < length; i++)
        good = secret[i] > ' ' && secret[i] < 0x7f;
    if (!good)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "the secret file does not hold %s: one word of 1 to %u letters and digits",
                    what, MAX_WORD);
    return good;
}
