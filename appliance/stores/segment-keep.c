/* Linking and copying of segments, and the index beside them. */
#include "appliance/stores/segment-keep.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "appliance/stores/segment-archive.h"
#include "appliance/stores/segment-file.h"
#include "pipelines/base/error.h"

#define FOLDER_MODE 0750
#define FILE_MODE   0640
#define COPY_BYTES  (256u << 10)

static bool
write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(fd, bytes, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* What an index promised is copied, however long the file has grown. */
static bool
copy_bytes(int from, int to, uint64_t size)
{
    g_autofree char *buffer = g_malloc(COPY_BYTES);

    while (size > 0) {
        const ssize_t got = read(from, buffer, MIN(size, COPY_BYTES));

        if (got <= 0 || !write_all(to, buffer, (size_t)got))
            return false;
        size -= (uint64_t)got;
    }
    return true;
}

static bool
copy_file(int source, const char *path, uint64_t size)
{
    const int target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

    if (target < 0)
        return false;
    const bool copied = copy_bytes(source, target, size);

    if (close(target) == 0 && copied)
        return true;
    (void)g_unlink(path);
    return false;
}

/* What is opened is what is linked, whatever becomes of its name meanwhile. */
static bool
link_open_file(int source, const char *path)
{
    g_autofree char *opened = g_strdup_printf("/proc/self/fd/%d", source);

    return linkat(AT_FDCWD, opened, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST;
}

static bool
keep_segment(const char *folder, const SegmentEntry *entry, const char *target)
{
    char name[SEGMENT_NAME_BYTES];
    const int source = segment_file_open_entry(folder, entry, NULL);

    if (source < 0)
        return false; /* the ring deleted it a moment ago */
    segment_name(entry->start_wall_us, name);
    g_autofree char *path = g_build_filename(target, name, NULL);
    const bool kept = link_open_file(source, path) ||
                      copy_file(source, path, entry->packets * SEGMENT_PACKET_SIZE);

    (void)close(source);
    return kept;
}

static bool
write_index(const char *target, const GString *lines, GError **error)
{
    g_autofree char *path = g_build_filename(target, SEGMENT_INDEX_FILE, NULL);
    g_autoptr(GError) reason = NULL;

    if (g_file_set_contents_full(path, lines->str, (gssize)lines->len,
                                 G_FILE_SET_CONTENTS_CONSISTENT, FILE_MODE, &reason))
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "keeping segments: %s",
                reason->message);
    return false;
}

int
segment_keep(const char *folder, WallUs from_us, WallUs to_us, const char *target, GError **error)
{
    g_autoptr(GArray) wanted = segment_archive_list(folder, from_us, to_us);
    g_autoptr(GString) lines = g_string_new(NULL);
    int kept = 0;

    if (g_mkdir_with_parents(target, FOLDER_MODE) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making %s: %s", target,
                    g_strerror(errno));
        return -1;
    }
    for (guint i = 0; i < wanted->len; i++) {
        const SegmentEntry *entry = &g_array_index(wanted, SegmentEntry, i);
        char line[SEGMENT_LINE_BYTES];

        if (entry->open || !keep_segment(folder, entry, target))
            continue;
        (void)segment_line(entry, line);
        g_string_append(lines, line);
        kept++;
    }
    return write_index(target, lines, error) ? kept : -1;
}
