/* Walking, weighing and deleting hours. */
#include "appliance/stores/thumbnail-hours.h"

#include <glib/gstdio.h>
#include <string.h>

#include "pipelines/base/slug.h"

#define HOUR_US     (3600 * US_PER_SECOND)
#define HOUR_DIGITS 10u /* YYYYMMDDHH */

struct ThumbnailHours {
    char *folder;
    GTree *hours; /* (element-type utf8 guint64): "YYYYMMDDHH CHANNEL" to bytes, so oldest first */
    uint64_t bytes;
};

static int
compare(gconstpointer a, gconstpointer b, gpointer user_data)
{
    return strcmp(a, b);
}

static void
weigh(ThumbnailHours *hours, const char *hour, const char *channel, uint64_t bytes)
{
    g_autofree char *key = g_strdup_printf("%s %s", hour, channel);
    guint64 *total = g_tree_lookup(hours->hours, key);

    if (total == NULL) {
        total = g_new0(guint64, 1);
        g_tree_insert(hours->hours, g_steal_pointer(&key), total);
    }
    *total += bytes;
    hours->bytes += bytes;
}

static void
read_hour(ThumbnailHours *hours, const char *channel, const char *hour)
{
    g_autofree char *path = g_build_filename(hours->folder, channel, hour, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    if (dir == NULL)
        return;
    weigh(hours, hour, channel, 0);
    for (const char *name = NULL; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        GStatBuf info;

        if (g_lstat(file, &info) == 0)
            weigh(hours, hour, channel, (uint64_t)info.st_size);
    }
}

static bool
is_hour(const char *name)
{
    return strlen(name) == HOUR_DIGITS && strspn(name, "0123456789") == HOUR_DIGITS;
}

static void
read_channel(ThumbnailHours *hours, const char *channel)
{
    g_autofree char *path = g_build_filename(hours->folder, channel, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    if (dir == NULL)
        return;
    for (const char *name = NULL; (name = g_dir_read_name(dir)) != NULL;) {
        if (is_hour(name))
            read_hour(hours, channel, name);
    }
}

ThumbnailHours *
thumbnail_hours_read(const char *folder)
{
    ThumbnailHours *hours = g_new0(ThumbnailHours, 1);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);

    hours->folder = g_strdup(folder);
    hours->hours = g_tree_new_full(compare, NULL, g_free, g_free);
    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        if (slug_is_valid(name))
            read_channel(hours, name);
    }
    return hours;
}

void
thumbnail_hours_free(ThumbnailHours *hours)
{
    if (hours == NULL)
        return;
    g_tree_unref(hours->hours);
    g_free(hours->folder);
    g_free(hours);
}

uint64_t
thumbnail_hours_bytes(const ThumbnailHours *hours)
{
    return hours->bytes;
}

void
thumbnail_hours_add(ThumbnailHours *hours, const char *channel, WallUs captured_us, uint64_t bytes)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(captured_us / US_PER_SECOND);
    g_autofree char *hour = time != NULL ? g_date_time_format(time, "%Y%m%d%H") : NULL;

    if (hour != NULL)
        weigh(hours, hour, channel, bytes);
}

/* The hour's files, then its folder, then the channel's if it is empty. */
static void
delete_hour(const char *folder, const char *channel, const char *hour)
{
    g_autofree char *above = g_build_filename(folder, channel, NULL);
    g_autofree char *path = g_build_filename(above, hour, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *file = g_build_filename(path, name, NULL);

        (void)g_unlink(file);
    }
    (void)g_rmdir(path);
    (void)g_rmdir(above);
}

static WallUs
end_of(const char *hour)
{
    guint64 digits = 0;

    (void)g_ascii_string_to_unsigned(hour, 10, 0, G_MAXUINT64, &digits, NULL);
    g_autoptr(GDateTime) time =
        g_date_time_new_utc((int)(digits / 1000000), (int)(digits / 10000 % 100),
                            (int)(digits / 100 % 100), (int)(digits % 100), 0, 0);

    return time != NULL ? g_date_time_to_unix(time) * US_PER_SECOND + HOUR_US : 0;
}

bool
thumbnail_hours_drop_oldest(ThumbnailHours *hours, ThumbnailHour *ret_hour)
{
    GTreeNode *node = g_tree_node_first(hours->hours);

    if (node == NULL || g_tree_nnodes(hours->hours) < 2)
        return false;
    g_autofree char *key = g_strdup(g_tree_node_key(node));
    const guint64 bytes = *(const guint64 *)g_tree_node_value(node);
    const char *channel = key + HOUR_DIGITS + 1;

    key[HOUR_DIGITS] = '\0';
    delete_hour(hours->folder, channel, key);
    g_tree_remove(hours->hours, g_tree_node_key(node));
    hours->bytes -= bytes;
    *ret_hour = (ThumbnailHour){.channel = g_strdup(channel), .end_us = end_of(key)};
    return true;
}

void
thumbnail_hour_clear(ThumbnailHour *hour)
{
    g_clear_pointer(&hour->channel, g_free);
}
