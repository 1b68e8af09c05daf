/* Slugs: checking them and making them. */
#include "pipelines/base/slug.h"

static bool
is_slug_char(char c)
{
    return g_ascii_islower(c) || g_ascii_isdigit(c);
}

bool
slug_is_valid(const char *text)
{
    size_t length = 0;

    if (text == NULL || !is_slug_char(text[0]))
        return false;
    for (; text[length] != '\0'; length++) {
        if (length >= SLUG_MAX || (!is_slug_char(text[length]) && text[length] != '-'))
            return false;
    }
    return true;
}

char *
slug_from_text(const char *text)
{
    g_autoptr(GString) slug = g_string_new(NULL);

    for (const char *at = text; *at != '\0' && slug->len < SLUG_MAX; at++) {
        const char c = g_ascii_tolower(*at);

        if (is_slug_char(c))
            g_string_append_c(slug, c);
        else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
            g_string_append_c(slug, '-');
    }
    while (slug->len > 0 && slug->str[slug->len - 1] == '-')
        g_string_truncate(slug, slug->len - 1);
    return g_strdup(slug->len > 0 ? slug->str : "channel");
}
