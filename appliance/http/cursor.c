/* Base64 for URLs (RFC 4648, section 5) around a version and the place. */
#include "appliance/http/cursor.h"

#include <stdbool.h>
#include <string.h>

#define VERSION "1:"

char *
cursor_make(const char *place)
{
    g_autofree char *plain = g_strconcat(VERSION, place, NULL);
    char *text = g_base64_encode((const guchar *)plain, strlen(plain));

    g_strdelimit(text, "+", '-');
    g_strdelimit(text, "/", '_');
    for (size_t end = strlen(text); end > 0 && text[end - 1] == '='; end--)
        text[end - 1] = '\0';
    return text;
}

static bool
is_url_base64(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text[i]) && text[i] != '-' && text[i] != '_')
            return false;
    }
    return length > 0 && length <= CURSOR_MAX && length % 4 != 1;
}

char *
cursor_read(const char *cursor)
{
    const size_t length = strlen(cursor);
    g_autofree char *padded = NULL;
    g_autofree guchar *plain = NULL;
    g_autofree char *place = NULL;
    gsize size = 0;

    if (!is_url_base64(cursor, length))
        return NULL;
    padded = g_strconcat(cursor, length % 4 == 2 ? "==" : length % 4 == 3 ? "=" : "", NULL);
    g_strdelimit(padded, "-", '+');
    g_strdelimit(padded, "_", '/');
    plain = g_base64_decode(padded, &size);
    place = g_strndup((const char *)plain, size);
    if (strlen(place) != size || !g_utf8_validate(place, -1, NULL) ||
        !g_str_has_prefix(place, VERSION))
        return NULL;
    return g_strdup(place + strlen(VERSION));
}
