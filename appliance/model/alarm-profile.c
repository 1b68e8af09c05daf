/* The book of a site's profiles: checked copies, and what a change makes new. */
#include "appliance/model/alarm-profile.h"

#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/text.h"

typedef struct {
    gatomicrefcount refs;
    ProfileBook book;
} SharedBook;

/* ---- Life ---- */

static void
settings_free(const ProfileSetting *settings, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g_free((gpointer)settings[i].why);
    g_free((gpointer)settings);
}

static void
source_clear(ProfileSource *source)
{
    g_free((gpointer)source->id);
    g_free((gpointer)source->base);
    g_free((gpointer)source->text);
    settings_free(source->settings, source->n_settings);
}

static void
source_copy(const ProfileSource *from, ProfileSource *ret_to)
{
    ProfileSetting *settings = g_new0(ProfileSetting, from->n_settings);

    for (size_t i = 0; i < from->n_settings; i++) {
        settings[i] = from->settings[i];
        settings[i].why = text_clean(from->settings[i].why, PROFILE_TEXT_MAX);
    }
    *ret_to = (ProfileSource){
        .id = g_strdup(from->id),
        .base = g_strdup(from->base != NULL ? from->base : ""),
        .text = text_clean(from->text, PROFILE_TEXT_MAX),
        .settings = settings,
        .n_settings = from->n_settings,
    };
}

ProfileBook *
profile_book_empty(void)
{
    SharedBook *shared = g_new0(SharedBook, 1);

    g_atomic_ref_count_init(&shared->refs);
    return &shared->book;
}

static SharedBook *
shared_of(ProfileBook *book)
{
    return (SharedBook *)(gpointer)((char *)book - G_STRUCT_OFFSET(SharedBook, book));
}

ProfileBook *
profile_book_ref(ProfileBook *book)
{
    g_atomic_ref_count_inc(&shared_of(book)->refs);
    return book;
}

void
profile_book_unref(ProfileBook *book)
{
    if (book == NULL || !g_atomic_ref_count_dec(&shared_of(book)->refs))
        return;
    for (size_t i = 0; i < book->n_sources; i++)
        source_clear(&book->sources[i]);
    for (size_t i = 0; i < book->n_groups; i++) {
        g_free((gpointer)book->groups[i].group);
        g_free((gpointer)book->groups[i].profile);
    }
    g_free(book->sources);
    g_free(book->groups);
    g_free(shared_of(book));
}

/* ---- Questions ---- */

static const ProfileSource *
find_in(const ProfileSource *sources, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (g_strcmp0(sources[i].id, id) == 0)
            return &sources[i];
    }
    return NULL;
}

bool
profile_is_shipped(const char *id)
{
    size_t n = 0;
    const ProfileSource *shipped = profile_shipped(&n);

    return find_in(shipped, n, id) != NULL;
}

const ProfileSource *
profile_book_find(const ProfileBook *book, const char *id)
{
    size_t n = 0;
    const ProfileSource *shipped = profile_shipped(&n);
    const ProfileSource *found = find_in(shipped, n, id);

    return found != NULL ? found : find_in(book->sources, book->n_sources, id);
}

static bool
settings_equal(const ProfileSource *a, const ProfileSource *b)
{
    bool same = a->n_settings == b->n_settings;

    for (size_t i = 0; same && i < a->n_settings; i++) {
        const ProfileSetting *left = &a->settings[i], *right = &b->settings[i];

        same = left->fault == right->fault && left->field == right->field &&
               !(left->value < right->value) && !(left->value > right->value) &&
               g_strcmp0(left->why, right->why) == 0;
    }
    return same;
}

bool
profile_book_equal(const ProfileBook *a, const ProfileBook *b)
{
    bool same = a->n_sources == b->n_sources && a->n_groups == b->n_groups;

    for (size_t i = 0; same && i < a->n_sources; i++)
        same = g_strcmp0(a->sources[i].id, b->sources[i].id) == 0 &&
               g_strcmp0(a->sources[i].base, b->sources[i].base) == 0 &&
               g_strcmp0(a->sources[i].text, b->sources[i].text) == 0 &&
               settings_equal(&a->sources[i], &b->sources[i]);
    for (size_t i = 0; same && i < a->n_groups; i++)
        same = g_strcmp0(a->groups[i].group, b->groups[i].group) == 0 &&
               g_strcmp0(a->groups[i].profile, b->groups[i].profile) == 0;
    return same;
}

/* ---- Checks ---- */

static bool G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, what);
    return false;
}

static bool
check_settings(const ProfileSource *source, GError **error)
{
    if (source->n_settings > PROFILE_SETTINGS_MAX)
        return refuse(error, "profile \"%s\": %zu settings, at most %u", source->id,
                      source->n_settings, PROFILE_SETTINGS_MAX);
    for (size_t i = 0; i < source->n_settings; i++) {
        if (profile_setting_check(&source->settings[i], error))
            continue;
        g_prefix_error(error, "profile \"%s\": ", source->id);
        return false;
    }
    return true;
}

/* Whether the bases of @source exist and end. */
static bool
check_bases(const ProfileBook *book, const ProfileSource *source, GError **error)
{
    const ProfileSource *at = source;

    for (unsigned depth = 0; *at->base != '\0'; depth++) {
        const ProfileSource *base = profile_book_find(book, at->base);

        if (base == NULL)
            return refuse(error, "profile \"%s\" builds on \"%s\", which does not exist", at->id,
                          at->base);
        if (depth >= PROFILE_DEPTH_MAX)
            return refuse(error,
                          "profile \"%s\" builds on itself, or on more than %u others in a row",
                          source->id, PROFILE_DEPTH_MAX);
        at = base;
    }
    return true;
}

static bool
check_source(const ProfileBook *book, size_t i, GError **error)
{
    const ProfileSource *source = &book->sources[i];

    if (!slug_is_valid(source->id)) {
        g_autofree char *clean = text_clean(source->id, 80);

        return refuse(error, "profile id \"%s\" is not made of a-z, 0-9 and - alone", clean);
    }
    if (profile_is_shipped(source->id))
        return refuse(error,
                      "profile \"%s\" is shipped and stays as it is; build on it under another id",
                      source->id);
    if (find_in(book->sources, book->n_sources, source->id) != source)
        return refuse(error, "profile \"%s\" is there twice", source->id);
    return check_settings(source, error) && check_bases(book, source, error);
}

static bool
check_groups(const ProfileBook *book, GError **error)
{
    for (size_t i = 0; i < book->n_groups; i++) {
        const GroupProfile *group = &book->groups[i];

        if (*group->group == '\0' || profile_book_find(book, group->profile) == NULL)
            return refuse(error, "group \"%s\" has profile \"%s\", which does not exist",
                          group->group, group->profile);
        for (size_t k = 0; k < i; k++) {
            if (g_str_equal(book->groups[k].group, group->group))
                return refuse(error, "group \"%s\" is there twice", group->group);
        }
    }
    return true;
}

ProfileBook *
profile_book_new(const ProfileSource *sources,
                 size_t n_sources,
                 const GroupProfile *groups,
                 size_t n_groups,
                 GError **error)
{
    g_autoptr(ProfileBook) book = profile_book_empty();

    if (n_sources > PROFILES_MAX || n_groups > PROFILE_GROUPS_MAX) {
        refuse(error, "%zu profiles for %zu groups, at most %u for %u", n_sources, n_groups,
               PROFILES_MAX, PROFILE_GROUPS_MAX);
        return NULL;
    }
    book->sources = g_new0(ProfileSource, n_sources);
    for (; book->n_sources < n_sources; book->n_sources++)
        source_copy(&sources[book->n_sources], &book->sources[book->n_sources]);
    book->groups = g_new0(GroupProfile, n_groups);
    for (; book->n_groups < n_groups; book->n_groups++)
        book->groups[book->n_groups] =
            (GroupProfile){.group = text_clean(groups[book->n_groups].group, PROFILE_TEXT_MAX),
                           .profile = g_strdup(groups[book->n_groups].profile)};
    for (size_t i = 0; i < n_sources; i++) {
        if (!check_source(book, i, error))
            return NULL;
    }
    return check_groups(book, error) ? g_steal_pointer(&book) : NULL;
}

/* ---- Changes ---- */

ProfileBook *
profile_book_with(const ProfileBook *book, const ProfileSource *source, GError **error)
{
    g_autofree ProfileSource *next = g_new0(ProfileSource, book->n_sources + 1);
    const ProfileSource *old = find_in(book->sources, book->n_sources, source->id);

    for (size_t i = 0; i < book->n_sources; i++)
        next[i] = &book->sources[i] == old ? *source : book->sources[i];
    next[book->n_sources] = *source;
    return profile_book_new(next, book->n_sources + (old == NULL ? 1 : 0), book->groups,
                            book->n_groups, error);
}

static bool
check_unused(const ProfileBook *book, const char *id, GError **error)
{
    const char *user = NULL;

    for (size_t i = 0; i < book->n_sources && user == NULL; i++)
        user = g_str_equal(book->sources[i].base, id) ? book->sources[i].id : NULL;
    for (size_t i = 0; i < book->n_groups && user == NULL; i++)
        user = g_str_equal(book->groups[i].profile, id) ? book->groups[i].group : NULL;
    if (user == NULL)
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                "profile \"%s\" is used by \"%s\"; give that another one first", id, user);
    return false;
}

ProfileBook *
profile_book_without(const ProfileBook *book, const char *id, GError **error)
{
    g_autofree ProfileSource *next = g_new0(ProfileSource, book->n_sources);
    size_t n = 0;

    if (profile_is_shipped(id) || find_in(book->sources, book->n_sources, id) == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                    "no profile of this site has the id \"%.64s\"", id);
        return NULL;
    }
    if (!check_unused(book, id, error))
        return NULL;
    for (size_t i = 0; i < book->n_sources; i++) {
        if (!g_str_equal(book->sources[i].id, id))
            next[n++] = book->sources[i];
    }
    return profile_book_new(next, n, book->groups, book->n_groups, error);
}

ProfileBook *
profile_book_with_group(const ProfileBook *book,
                        const char *group,
                        const char *profile,
                        GError **error)
{
    g_autofree GroupProfile *next = g_new0(GroupProfile, book->n_groups + 1);
    size_t n = 0;

    for (size_t i = 0; i < book->n_groups; i++) {
        if (!g_str_equal(book->groups[i].group, group))
            next[n++] = book->groups[i];
    }
    if (*profile != '\0')
        next[n++] = (GroupProfile){.group = group, .profile = profile};
    return profile_book_new(book->sources, book->n_sources, next, n, error);
}
