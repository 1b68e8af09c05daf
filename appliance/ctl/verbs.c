/* Questions to the table. */
#include "appliance/ctl/verbs.h"

#include <string.h>

/* Whether @word is one of @words, with what is behind "=" and ":" taken apart. */
static bool
names(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words != NULL ? words : "", " ", -1);

    for (size_t i = 0; list[i] != NULL; i++) {
        char *kind = strchr(list[i], ':');

        if (kind != NULL)
            *kind = '\0';
        const char *option = strchr(list[i], '=');

        if (g_str_equal(option != NULL ? option + 1 : list[i], word))
            return true;
    }
    return false;
}

bool
verb_takes(const Verb *verb, const char *name)
{
    const OptionSpec *spec = option_spec(name);
    const bool whole = verb->body != NULL && g_str_equal(verb->body, "*");
    const bool changes = verb->method != NULL &&
                         (g_str_equal(verb->method, "PUT") || g_str_equal(verb->method, "PATCH") ||
                          g_str_equal(verb->method, "DELETE"));

    if (spec != NULL && spec->is_global)
        return true;
    if ((whole && (g_str_equal(name, "body") || g_str_equal(name, "set"))) ||
        (changes && g_str_equal(name, "if-match")))
        return true;
    return names(verb->query, name) || names(verb->more, name) ||
           (!whole && names(verb->body, name));
}

char *
verb_usage(const Verb *verb)
{
    GString *text = g_string_new(verb->noun);

    if (verb->verb != NULL)
        g_string_append_printf(text, " %s", verb->verb);
    if (verb->args != NULL)
        g_string_append_printf(text, " %s", verb->args);
    return g_string_free(text, FALSE);
}
