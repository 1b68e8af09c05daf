/* Widths by Unicode's tables, as GLib has them. */
#include "pipelines/probe/text-columns.h"

static unsigned
columns_of(gunichar character)
{
    if (g_unichar_iszerowidth(character))
        return 0;
    return g_unichar_iswide(character) ? 2 : 1;
}

unsigned
text_columns(const char *text)
{
    unsigned columns = 0;

    for (; *text; text = g_utf8_next_char(text))
        columns += columns_of(g_utf8_get_char(text));
    return columns;
}

gsize
text_columns_fit(const char *text, unsigned columns)
{
    const char *at = text;

    for (; *at; at = g_utf8_next_char(at)) {
        const unsigned needed = columns_of(g_utf8_get_char(at));

        if (needed > columns)
            break;
        columns -= needed;
    }
    return (gsize)(at - text);
}

void
text_columns_append(GString *out, int width, const char *text)
{
    const unsigned columns = (unsigned)ABS(width);
    const gsize size = text_columns_fit(text, columns);
    g_autofree char *cut = g_strndup(text, size);
    const int left = (int)(columns - text_columns(cut));

    g_string_append_printf(out, "%*s%s%*s", width < 0 ? left : 0, "", cut, width < 0 ? 0 : left,
                           "");
}
