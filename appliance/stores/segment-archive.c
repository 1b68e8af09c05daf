/* Listing and keeping of segments. */
#include "appliance/stores/segment-archive.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/stores/segment-file.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define FOLDER_MODE 0750
#define FILE_MODE   0640
#define COPY_CHUNK  (1u << 20)

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

/* Keeping */

static bool
copy_bytes(int from, int to)
{
    for (;;) {
        const ssize_t n = copy_file_range(from, NULL, to, NULL, COPY_CHUNK, 0);

        if (n == 0)
            return true;
        if (n > 0 || errno == EINTR)
            continue;
        break;
    }
    g_autofree char *buffer = g_malloc(COPY_CHUNK); /* a file system that cannot */
    ssize_t n = 0;

    while ((n = read(from, buffer, COPY_CHUNK)) > 0)
        if (write(to, buffer, (size_t)n) != n)
            return false;
    return n == 0;
}

static bool
copy_segment(const char *folder, const SegmentEntry *entry, const char *target)
{
    g_autofree char *fresh = g_strconcat(target, ".new", NULL);
    struct stat file;
    const int from = segment_file_open_entry(folder, entry, &file);
    const int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    bool good = from >= 0 && to >= 0 && copy_bytes(from, to);

    if (from >= 0)
        close(from);
    if (to >= 0)
        good = close(to) == 0 && good;
    if (good && g_rename(fresh, target) == 0)
        return true;
    (void)g_unlink(fresh);
    return false;
}

static bool
keep_segment(const char *folder, const SegmentEntry *entry, const char *target)
{
    char name[SEGMENT_NAME_BYTES];

    segment_name(entry->start_wall_us, name);
    g_autofree char *from = g_build_filename(folder, name, NULL);
    g_autofree char *to = g_build_filename(target, name, NULL);

    return g_file_test(to, G_FILE_TEST_EXISTS) || link(from, to) == 0 ||
           copy_segment(folder, entry, to);
}

static gint
by_start(gconstpointer a, gconstpointer b)
{
    const WallUs one = ((const SegmentEntry *)a)->start_wall_us,
                 two = ((const SegmentEntry *)b)->start_wall_us;

    return one < two ? -1 : one > two;
}

static bool
write_index(const char *target, GArray *entries, GError **error)
{
    g_autofree char *path = g_build_filename(target, SEGMENT_INDEX_FILE, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) reason = NULL;
    char line[SEGMENT_LINE_BYTES];

    g_array_sort(entries, by_start);
    for (guint i = 0; i < entries->len; i++) {
        segment_line(&g_array_index(entries, SegmentEntry, i), line);
        g_string_append(text, line);
    }
    if (g_file_set_contents_full(path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_CONSISTENT,
                                 FILE_MODE, &reason))
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "keeping segments: %s",
                reason->message);
    return false;
}

int
segment_archive_keep(
    const char *folder, WallUs from_us, WallUs to_us, const char *target, GError **error)
{
    g_autoptr(GArray) wanted = segment_archive_list(folder, from_us, to_us);
    g_autoptr(GArray) kept = NULL;

    if (g_mkdir_with_parents(target, FOLDER_MODE) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making %s: %s", target,
                    g_strerror(errno));
        return -1;
    }
    kept = segment_archive_list(target, 0, INT64_MAX);
    for (guint i = 0; i < wanted->len; i++) {
        const SegmentEntry *entry = &g_array_index(wanted, SegmentEntry, i);
        bool there = false;

        for (guint k = 0; k < kept->len; k++)
            there |= g_array_index(kept, SegmentEntry, k).start_wall_us == entry->start_wall_us;
        /* One that the ring deleted a moment ago is no error. */
        if (!there && !entry->open && keep_segment(folder, entry, target))
            g_array_append_val(kept, *entry);
    }
    return write_index(target, kept, error) ? (int)kept->len : -1;
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

/* As a reader */

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
