/* Names in lists. */
#include "appliance/model/scope.h"

#include <string.h>

static bool
names_hold(GStrv names, const char *name)
{
    return names != NULL && name != NULL && name[0] != '\0' &&
           g_strv_contains((const char *const *)names, name);
}

bool
scope_lists_name(GStrv channels, GStrv groups, const char *id, const char *group)
{
    return names_hold(channels, id) || names_hold(groups, group);
}

bool
scope_has_channel(const Scope *scope, const char *id, const char *group)
{
    return scope == NULL || !scope->limited ||
           scope_lists_name(scope->channels, scope->groups, id, group);
}

static bool
all_held(GStrv inner, GStrv outer)
{
    for (size_t i = 0; inner != NULL && inner[i] != NULL; i++) {
        if (!names_hold(outer, inner[i]))
            return false;
    }
    return true;
}

bool
scope_is_within(const Scope *inner, const Scope *outer)
{
    if (outer == NULL || !outer->limited)
        return true;
    return inner != NULL && inner->limited && all_held(inner->channels, outer->channels) &&
           all_held(inner->groups, outer->groups);
}

bool
scope_shows_group(const ScopedChannel *channels, size_t n, const char *group)
{
    for (size_t i = 0; i < n; i++) {
        if (channels[i].shown && g_str_equal(channels[i].group, group))
            return true;
    }
    return false;
}

void
scope_clear(Scope *scope)
{
    g_strfreev(scope->channels);
    g_strfreev(scope->groups);
    *scope = (Scope){0};
}

void
scope_copy(const Scope *from, Scope *ret_to)
{
    *ret_to = (Scope){
        .limited = from->limited,
        .channels = g_strdupv(from->channels),
        .groups = g_strdupv(from->groups),
    };
}

static bool
lists_equal(GStrv a, GStrv b)
{
    const bool a_empty = a == NULL || a[0] == NULL;
    const bool b_empty = b == NULL || b[0] == NULL;

    if (a_empty || b_empty)
        return a_empty == b_empty;
    return g_strv_equal((const char *const *)a, (const char *const *)b);
}

bool
scope_equal(const Scope *a, const Scope *b)
{
    return a->limited == b->limited && lists_equal(a->channels, b->channels) &&
           lists_equal(a->groups, b->groups);
}

static void
add_names(GString *key, const char *kind, GStrv names)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        g_string_append_printf(key, "%s%zu:%s", kind, strlen(names[i]), names[i]);
}

char *
scope_key(const Scope *scope)
{
    GString *key = g_string_new(NULL);

    if (scope != NULL && scope->limited) {
        g_string_append(key, "limited");
        add_names(key, "c", scope->channels);
        add_names(key, "g", scope->groups);
    }
    return g_string_free(key, FALSE);
}
