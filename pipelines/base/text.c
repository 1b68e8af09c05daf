/* Cleaning of foreign text and the nearest known word. */
#include "pipelines/base/text.h"

#include <string.h>

#define NEAREST_MAX_BYTES 64 /* longer words are never near anything */
#define NEAREST_MAX_EDITS 3

/* Ends a line, steers a terminal, or turns around what stands behind it. Marks that only say which
 * way a letter runs (U+200E, U+200F, U+061C) stay: names in Arabic and Hebrew need them. */
static bool
is_unsafe(gunichar c)
{
    return g_unichar_iscntrl(c) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
text_clean(const char *text, gsize max_bytes)
{
    g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
    g_autoptr(GString) clean = g_string_new(NULL);

    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        const gsize size = (gsize)(g_utf8_next_char(at) - at);

        if (clean->len + size > max_bytes)
            break;
        if (!is_unsafe(c))
            g_string_append_len(clean, at, (gssize)size);
    }
    return g_strdup(clean->str);
}

static unsigned
edits_between(const char *a, const char *b)
{
    const size_t length = strlen(b);
    unsigned row[NEAREST_MAX_BYTES + 1];

    for (size_t j = 0; j <= length; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned)i + 1;
        for (size_t j = 1; j <= length; j++) {
            const unsigned replace = diagonal + (a[i] == b[j - 1] ? 0 : 1);

            diagonal = row[j];
            row[j] = MIN(replace, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

const char *
text_nearest(const char *word, const char *const *known)
{
    const char *nearest = NULL;
    unsigned best = NEAREST_MAX_EDITS + 1;

    if (strlen(word) > NEAREST_MAX_BYTES)
        return NULL;
    for (; *known != NULL; known++) {
        if (strlen(*known) > NEAREST_MAX_BYTES)
            continue;
        const unsigned edits = edits_between(word, *known);

        if (edits < best && edits <= strlen(word) / 2) {
            best = edits;
            nearest = *known;
        }
    }
    return nearest;
}

bool
text_json_is_shallow(const char *text, size_t size, unsigned max_depth)
{
    unsigned depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < size; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '[' || text[i] == '{') && ++depth > max_depth)
            return false;
        else if (!quoted && (text[i] == ']' || text[i] == '}') && depth > 0)
            depth--;
    }
    return true;
}
