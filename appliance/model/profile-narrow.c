/* The profiles as somebody sees them who may know of some channels alone. */
#include "appliance/model/alarm-profile.h"

static size_t
index_of(const ProfileBook *book, const char *id)
{
    for (size_t i = 0; i < book->n_sources; i++) {
        if (g_str_equal(book->sources[i].id, id))
            return i;
    }
    return book->n_sources;
}

/* Marks the site's own profile @id and all of them that it builds on. */
static void
mark(const ProfileBook *book, const char *id, bool *marks)
{
    for (size_t i = index_of(book, id); i < book->n_sources && !marks[i];
         i = index_of(book, book->sources[i].base))
        marks[i] = true;
}

/* Marks what channels that are @shown, or not, are judged by. */
static void
mark_used(const ProfileBook *book, const ScopedChannel *channels, size_t n, bool shown, bool *marks)
{
    for (size_t i = 0; i < n; i++) {
        if (channels[i].shown != shown)
            continue;
        mark(book, channels[i].profile, marks);
        for (size_t k = 0; k < book->n_groups; k++) {
            if (g_str_equal(book->groups[k].group, channels[i].group))
                mark(book, book->groups[k].profile, marks);
        }
    }
}

/* What people wrote of a profile that others have too may be about them. @ret_settings: (transfer
 * container): of the copy */
static ProfileSource
without_words(const ProfileSource *source, ProfileSetting **ret_settings)
{
    ProfileSource plain = *source;

    *ret_settings = g_memdup2(source->settings, source->n_settings * sizeof *source->settings);
    for (size_t i = 0; i < source->n_settings; i++)
        (*ret_settings)[i].why = "";
    plain.text = "";
    plain.settings = *ret_settings;
    return plain;
}

ProfileBook *
profile_book_narrow(const ProfileBook *book, const ScopedChannel *channels, size_t n)
{
    g_autofree bool *used = g_new0(bool, book->n_sources + 1);
    g_autofree bool *beyond = g_new0(bool, book->n_sources + 1);
    g_autofree ProfileSource *sources = g_new0(ProfileSource, book->n_sources + 1);
    g_autofree GroupProfile *groups = g_new0(GroupProfile, book->n_groups + 1);
    g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func(g_free);
    size_t n_sources = 0, n_groups = 0;
    ProfileBook *narrow = NULL;

    mark_used(book, channels, n, true, used);
    mark_used(book, channels, n, false, beyond);
    for (size_t i = 0; i < book->n_sources; i++) {
        ProfileSetting *settings = NULL;

        if (!used[i])
            continue;
        sources[n_sources++] =
            beyond[i] ? without_words(&book->sources[i], &settings) : book->sources[i];
        g_ptr_array_add(copies, settings);
    }
    for (size_t i = 0; i < book->n_groups; i++) {
        if (scope_shows_group(channels, n, book->groups[i].group))
            groups[n_groups++] = book->groups[i];
    }
    narrow = profile_book_new(sources, n_sources, groups, n_groups, NULL);
    return narrow != NULL ? narrow : profile_book_empty();
}
