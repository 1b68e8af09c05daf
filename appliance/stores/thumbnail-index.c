/* Writing and reading names. */
#include "appliance/stores/thumbnail-index.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pipelines/base/slug.h"

#define HOUR_US     (3600 * US_PER_SECOND)
#define HOUR_DIGITS 10u /* YYYYMMDDHH */
#define NAME_DIGITS 7u  /* MMSSmmm */
#define SUFFIX      ".jpg"
#define HOURS_MAX   20000u     /* folders of a channel that are looked at: two years */
#define NAMES_MAX   8192u      /* pictures of an hour that are looked at */
#define PICTURE_MAX (1u << 20) /* bytes */

char *
thumbnail_path(const char *channel, WallUs captured_us, uint64_t pts)
{
    const WallUs at_us = MAX(captured_us, 0);
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at_us / US_PER_SECOND);
    g_autofree char *hour = time != NULL ? g_date_time_format(time, "%Y%m%d%H/%M%S") : NULL;
    const int ms = (int)(at_us % US_PER_SECOND / US_PER_MS);

    if (hour == NULL)
        return NULL;
    if (pts >= PTS90_MODULUS)
        return g_strdup_printf("%s/%s%03d" SUFFIX, channel, hour, ms);
    return g_strdup_printf("%s/%s%03d-%" G_GUINT64_FORMAT SUFFIX, channel, hour, ms, pts);
}

/* The number in the @count digits at @text. */
static bool
digits(const char *text, size_t count, int *ret_value)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (!g_ascii_isdigit(text[i]))
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret_value = value;
    return true;
}

/* When the hour of a folder begins; false for what is none. */
static bool
hour_of(const char *name, WallUs *ret_us)
{
    int year = 0, month = 0, day = 0, hour = 0;

    if (strlen(name) != HOUR_DIGITS || !digits(name, 4, &year) || !digits(name + 4, 2, &month) ||
        !digits(name + 6, 2, &day) || !digits(name + 8, 2, &hour))
        return false;
    g_autoptr(GDateTime) time = g_date_time_new_utc(year, month, day, hour, 0, 0);

    if (time == NULL)
        return false;
    *ret_us = g_date_time_to_unix(time) * US_PER_SECOND;
    return true;
}

/* What the name of a file of the hour that begins at @hour_us says; false for what is no picture.
 */
static bool
picture_of(const char *name, WallUs hour_us, PastPicture *ret_picture)
{
    const char *rest = name + NAME_DIGITS;
    int minute = 0, second = 0, ms = 0;
    guint64 pts = PTS90_MODULUS;

    if (strlen(name) <= NAME_DIGITS || !digits(name, 2, &minute) || !digits(name + 2, 2, &second) ||
        !digits(name + 4, 3, &ms) || !g_str_has_suffix(rest, SUFFIX))
        return false;
    g_autofree char *tail = g_strndup(rest, strlen(rest) - strlen(SUFFIX));

    if (tail[0] != '\0' && (tail[0] != '-' || !g_ascii_string_to_unsigned(
                                                  tail + 1, 10, 0, PTS90_MODULUS - 1, &pts, NULL)))
        return false;
    *ret_picture = (PastPicture){
        .captured_us = hour_us + (minute * 60 + second) * US_PER_SECOND + ms * US_PER_MS,
        .pts = pts,
    };
    return true;
}

static int
newest_hour_first(gconstpointer a, gconstpointer b)
{
    const WallUs first = *(const WallUs *)a;
    const WallUs second = *(const WallUs *)b;

    return first < second ? 1 : first > second ? -1 : 0;
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
    return newest_hour_first(&((const PastPicture *)a)->captured_us,
                             &((const PastPicture *)b)->captured_us);
}

/* Hours of @channel that touch the span, newest first. */
static GArray *
hours_between(const char *folder, const char *channel, WallUs from_us, WallUs to_us)
{
    GArray *hours = g_array_new(FALSE, FALSE, sizeof(WallUs));
    g_autofree char *path = g_build_filename(folder, channel, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name = NULL;

    for (unsigned i = 0; dir != NULL && i < HOURS_MAX && (name = g_dir_read_name(dir)) != NULL;
         i++) {
        WallUs hour_us = 0;

        if (hour_of(name, &hour_us) && hour_us < to_us && hour_us + HOUR_US > from_us)
            g_array_append_val(hours, hour_us);
    }
    g_array_sort(hours, newest_hour_first);
    return hours;
}

/* Where the pictures of an hour lie. Returns: (transfer full) */
static char *
folder_of_hour(const char *folder, const char *channel, WallUs hour_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(hour_us / US_PER_SECOND);
    g_autofree char *hour = time != NULL ? g_date_time_format(time, "%Y%m%d%H") : NULL;

    return g_build_filename(folder, channel, hour != NULL ? hour : "none", NULL);
}

/* Appends the pictures of one hour within the span, newest first. */
static void
add_hour(GArray *pictures, const char *path, WallUs hour_us, WallUs from_us, WallUs to_us)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(PastPicture));
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name = NULL;

    for (unsigned i = 0; dir != NULL && i < NAMES_MAX && (name = g_dir_read_name(dir)) != NULL;
         i++) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        PastPicture picture;
        GStatBuf info;

        if (!picture_of(name, hour_us, &picture) || picture.captured_us < from_us ||
            picture.captured_us >= to_us || g_lstat(file, &info) != 0)
            continue;
        picture.bytes = (uint32_t)MIN(info.st_size, (off_t)G_MAXUINT32);
        g_array_append_val(found, picture);
    }
    g_array_sort(found, newest_first);
    g_array_append_vals(pictures, found->data, found->len);
}

GArray *
thumbnail_index_list(gpointer folder, const char *channel, WallUs from_us, WallUs to_us, size_t max)
{
    GArray *pictures = g_array_new(FALSE, FALSE, sizeof(PastPicture));

    g_return_val_if_fail(slug_is_valid(channel), pictures);

    g_autoptr(GArray) hours = hours_between(folder, channel, from_us, to_us);

    for (guint i = 0; i < hours->len && pictures->len < max; i++) {
        const WallUs hour_us = g_array_index(hours, WallUs, i);
        g_autofree char *path = folder_of_hour(folder, channel, hour_us);

        add_hour(pictures, path, hour_us, from_us, to_us);
    }
    if (pictures->len > max)
        g_array_set_size(pictures, (guint)max);
    return pictures;
}

GBytes *
thumbnail_index_read(gpointer folder,
                     const char *channel,
                     WallUs captured_us,
                     PastPicture *ret_picture)
{
    const WallUs ms_us = captured_us - captured_us % US_PER_MS;
    g_autoptr(GArray) pictures = thumbnail_index_list(folder, channel, ms_us, ms_us + US_PER_MS, 1);

    if (pictures->len == 0)
        return NULL;
    const PastPicture *picture = &g_array_index(pictures, PastPicture, 0);
    g_autofree char *below = thumbnail_path(channel, picture->captured_us, picture->pts);
    g_autofree char *path = below != NULL ? g_build_filename(folder, below, NULL) : NULL;
    char *data = NULL;
    gsize size = 0;

    if (path == NULL || picture->bytes > PICTURE_MAX ||
        !g_file_get_contents(path, &data, &size, NULL))
        return NULL;
    *ret_picture = *picture;
    return g_bytes_new_take(data, size);
}
