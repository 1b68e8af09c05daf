/* Listing of segments. */
#include "appliance/stores/segment-archive.h"

#include <sys/stat.h>
#include <unistd.h>

#include "appliance/stores/segment-file.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

char *
segment_archive_folder(const char *root, const char *input_id, const char *channel_id)
{
    if (!slug_is_valid(input_id) || !slug_is_valid(channel_id))
        return NULL;
    return g_build_filename(root, input_id, channel_id, NULL);
}

/* Returns: (transfer full) (element-type SegmentEntry): what the index says */
static GArray *
read_index(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, SEGMENT_INDEX_FILE, NULL);
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(SegmentEntry));
    g_autofree char *text = g_malloc(SEGMENT_INDEX_MAX);
    const int fd = segment_file_open(path, NULL);
    size_t size = 0;

    if (fd < 0)
        return entries;
    for (ssize_t n = 0; size < SEGMENT_INDEX_MAX; size += (size_t)n) {
        n = read(fd, text + size, SEGMENT_INDEX_MAX - size);
        if (n <= 0)
            break;
    }
    close(fd);
    g_array_set_size(entries, SEGMENT_COUNT_MAX);
    const size_t n =
        segment_index_read(text, size, (SegmentEntry *)(void *)entries->data, SEGMENT_COUNT_MAX);

    g_array_set_size(entries, (guint)n);
    return entries;
}

/* Brings @entry up to what its file holds. Returns: false if there is none */
static bool
look_at_file(const char *folder, SegmentEntry *entry)
{
    struct stat file;
    const int fd = segment_file_open_entry(folder, entry, &file);

    if (fd < 0)
        return false;
    close(fd);
    const uint64_t packets = (uint64_t)file.st_size / SEGMENT_PACKET_SIZE;

    if (entry->open) {
        const WallUs touched_us = file.st_mtim.tv_sec * US_PER_SECOND + file.st_mtim.tv_nsec / 1000;

        entry->end_wall_us = MAX(touched_us, entry->start_wall_us);
        entry->end_us = entry->start_us + (entry->end_wall_us - entry->start_wall_us);
        entry->packets = packets;
    }
    entry->packets = MIN(entry->packets, packets);
    entry->head_packets = (uint32_t)MIN(entry->head_packets, entry->packets);
    return entry->packets > 0;
}

GArray *
segment_archive_list(const char *folder, WallUs from_us, WallUs to_us)
{
    g_autoptr(GArray) all = read_index(folder);
    GArray *wanted = g_array_new(FALSE, FALSE, sizeof(SegmentEntry));

    for (guint i = 0; i < all->len; i++) {
        SegmentEntry entry = g_array_index(all, SegmentEntry, i);

        if (entry.start_wall_us > to_us || (!entry.open && entry.end_wall_us < from_us))
            continue;
        if (look_at_file(folder, &entry) && entry.end_wall_us >= from_us)
            g_array_append_val(wanted, entry);
    }
    return wanted;
}

static uint64_t
bytes_below(const char *path, unsigned depth)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    uint64_t bytes = 0;

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        struct stat info;

        if (lstat(below, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode) && depth > 0)
            bytes += bytes_below(below, depth - 1);
        else if (S_ISREG(info.st_mode))
            bytes += (uint64_t)info.st_size;
    }
    return bytes;
}

uint64_t
segment_archive_bytes(const char *root)
{
    return bytes_below(root, 2);
}

/* ---- Sweeping ---- */

#define SWEEP_DEPTH 2u /* root/input/channel */

static WallUs
last_change_us(const char *path, unsigned depth)
{
    struct stat info;
    WallUs newest_us = 0;

    if (lstat(path, &info) != 0)
        return 0;
    newest_us = info.st_mtim.tv_sec * US_PER_SECOND;
    g_autoptr(GDir) dir = S_ISDIR(info.st_mode) && depth > 0 ? g_dir_open(path, 0, NULL) : NULL;

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        newest_us = MAX(newest_us, last_change_us(below, depth - 1));
    }
    return newest_us;
}

/* No link is followed: of one, the link goes. */
static bool
remove_tree(const char *path, unsigned depth)
{
    struct stat info;

    if (lstat(path, &info) != 0)
        return false;
    if (!S_ISDIR(info.st_mode))
        return unlink(path) == 0;
    g_autoptr(GDir) dir = depth > 0 ? g_dir_open(path, 0, NULL) : NULL;

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        if (!remove_tree(below, depth - 1))
            return false;
    }
    return rmdir(path) == 0;
}

unsigned
segment_archive_sweep(const char *root, const char *const *inputs, int64_t age_us, WallUs now_us)
{
    g_autoptr(GDir) dir = g_dir_open(root, 0, NULL);
    unsigned removed = 0;

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(root, name, NULL);

        if (!slug_is_valid(name) || g_strv_contains(inputs, name) ||
            now_us - last_change_us(path, SWEEP_DEPTH) < age_us)
            continue;
        removed += remove_tree(path, SWEEP_DEPTH);
    }
    return removed;
}

/* ---- As a reader ---- */

static GArray *
list(gpointer self, const SegmentQuery *query)
{
    g_autofree char *folder = segment_archive_folder(self, query->input_id, query->channel_id);

    return folder != NULL ? segment_archive_list(folder, query->from_us, query->to_us)
                          : g_array_new(FALSE, FALSE, sizeof(SegmentEntry));
}

static SegmentClip *
open_clip(gpointer self, const SegmentQuery *query, SegmentClipInfo *ret_info, GError **error)
{
    g_autofree char *folder = segment_archive_folder(self, query->input_id, query->channel_id);

    if (folder != NULL)
        return segment_clip_open(folder, query->from_us, query->to_us, ret_info, error);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "There is no such recording.");
    return NULL;
}

SegmentReader
segment_archive_reader(const char *root)
{
    return (SegmentReader){.self = (gpointer)root,
                           .list = list,
                           .open = open_clip,
                           .read = segment_clip_read,
                           .close = segment_clip_close};
}
