/* The calendar as somebody sees it who may know of some channels alone. */
#include "appliance/model/calendar.h"

static const ScopedChannel *
find(const ScopedChannel *channels, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (g_str_equal(channels[i].id, id))
            return &channels[i];
    }
    return NULL;
}

static bool
hides_in_group(const ScopedChannel *channels, size_t n, const char *group)
{
    for (size_t i = 0; i < n; i++) {
        if (!channels[i].shown && g_str_equal(channels[i].group, group))
            return true;
    }
    return false;
}

/* Narrows the names of @entry. @ret_beyond: it is about more than is shown. Returns: whether it is
 * about anything that is shown */
static bool
narrow_names(CalendarEntry *entry, const ScopedChannel *channels, size_t n, bool *ret_beyond)
{
    const bool everything = entry->channels[0] == NULL && entry->groups[0] == NULL;
    g_autoptr(GStrvBuilder) shown = g_strv_builder_new();
    g_autoptr(GStrvBuilder) groups = g_strv_builder_new();

    *ret_beyond = everything;
    for (size_t i = 0; entry->channels[i] != NULL; i++) {
        const ScopedChannel *channel = find(channels, n, entry->channels[i]);

        if (channel != NULL && channel->shown)
            g_strv_builder_add(shown, entry->channels[i]);
        else
            *ret_beyond = true;
    }
    for (size_t i = 0; entry->groups[i] != NULL; i++) {
        if (scope_shows_group(channels, n, entry->groups[i]))
            g_strv_builder_add(groups, entry->groups[i]);
        *ret_beyond = *ret_beyond || !scope_shows_group(channels, n, entry->groups[i]) ||
                      hides_in_group(channels, n, entry->groups[i]);
    }
    g_strfreev(entry->channels);
    g_strfreev(entry->groups);
    entry->channels = g_strv_builder_end(shown);
    entry->groups = g_strv_builder_end(groups);
    return everything || entry->channels[0] != NULL || entry->groups[0] != NULL;
}

Calendar *
calendar_narrow(const Calendar *whole, const ScopedChannel *channels, size_t n)
{
    Calendar *narrow = calendar_new(whole->n_entries);
    unsigned shared = 0;

    narrow->n_entries = 0;
    for (size_t i = 0; i < whole->n_entries; i++) {
        CalendarEntry *entry = &narrow->entries[narrow->n_entries];
        bool beyond = false;

        calendar_entry_copy(&whole->entries[i], entry);
        if (!narrow_names(entry, channels, n, &beyond)) {
            calendar_entry_clear(entry);
            *entry = (CalendarEntry){0};
            continue;
        }
        if (beyond) { /* its words may name what is not shown */
            g_free(entry->id);
            g_free(entry->title);
            entry->id = g_strdup_printf("shared-%u", ++shared);
            entry->title = g_strdup("");
        }
        narrow->n_entries++;
    }
    return narrow;
}
