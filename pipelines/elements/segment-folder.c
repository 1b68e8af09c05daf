/* Files of one channel's segments. */
#include "pipelines/elements/segment-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FOLDER_MODE   0750
#define FILE_MODE     0640 /* gantryd reads them by the group */
#define FORGET_BEHIND 7u   /* segments, over 40 s: the kernel writes after 30 s at the latest */
#define SPARE_LINES   64u  /* of the index, beyond two a segment, before it is written anew */

struct SegmentFolder {
    char *path;
    uint64_t reserve_bytes;
    SegmentRing ring;
    SegmentFolderStatus counts;
    SegmentEntry open; /* while @fd is a file, or @skipping */
    int fd;            /* of the open segment; -1: none */
    bool skipping;     /* a segment is due, but cannot be written */
    unsigned lines;    /* of the index */
};

SegmentFolder *
segment_folder_new(const char *path, uint64_t reserve_bytes)
{
    SegmentFolder *folder = g_new0(SegmentFolder, 1);

    folder->path = g_strdup(path);
    folder->reserve_bytes = reserve_bytes;
    folder->fd = -1;
    segment_ring_init(&folder->ring);
    return folder;
}

void
segment_folder_free(SegmentFolder *folder)
{
    if (folder == NULL)
        return;
    if (folder->fd >= 0)
        close(folder->fd);
    segment_ring_clear(&folder->ring);
    g_free(folder->path);
    g_free(folder);
}

static char *
path_of(const SegmentFolder *folder, const SegmentEntry *entry, const char *suffix)
{
    char name[SEGMENT_NAME_BYTES];

    segment_name(entry->start_wall_us, name);
    return g_strconcat(folder->path, "/", name, suffix, NULL);
}

static void
note_error(SegmentFolder *folder)
{
    folder->counts.disk_errors++;
    folder->counts.state = errno == ENOSPC || errno == EDQUOT ? SEGMENTS_FULL : SEGMENTS_FAILING;
}

static bool
write_all(int fd, const uint8_t *data, size_t size, size_t *ret_written)
{
    size_t done = 0;

    while (done < size) {
        const ssize_t written = write(fd, data + done, size - done);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    *ret_written = done;
    return done == size;
}

/* Index */

static bool
append_lines(const char *path, int flags, const char *text, size_t size)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, FILE_MODE);
    size_t written = 0;

    if (fd < 0)
        return false;
    const bool good = write_all(fd, (const uint8_t *)text, size, &written);

    return (close(fd) == 0) && good;
}

/* Writes the index anew, without those that are gone. */
static bool
rewrite_index(SegmentFolder *folder)
{
    g_autofree char *path = g_build_filename(folder->path, SEGMENT_INDEX_FILE, NULL);
    g_autofree char *fresh = g_strconcat(path, ".new", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    char line[SEGMENT_LINE_BYTES];

    for (guint i = 0; i < folder->ring.entries->len; i++) {
        segment_line(&g_array_index(folder->ring.entries, SegmentEntry, i), line);
        g_string_append(text, line);
    }
    if (folder->fd >= 0) {
        segment_line(&folder->open, line);
        g_string_append(text, line);
    }
    folder->lines = folder->ring.entries->len + 1;
    return append_lines(fresh, O_TRUNC, text->str, text->len) && g_rename(fresh, path) == 0;
}

static void
add_line(SegmentFolder *folder, const SegmentEntry *entry)
{
    g_autofree char *path = g_build_filename(folder->path, SEGMENT_INDEX_FILE, NULL);
    char line[SEGMENT_LINE_BYTES];
    const size_t size = segment_line(entry, line);
    const bool good = folder->lines++ > 2 * folder->ring.entries->len + SPARE_LINES
                          ? rewrite_index(folder)
                          : append_lines(path, O_APPEND, line, size);

    if (!good)
        note_error(folder);
}

/* Deleting */

static bool
delete_oldest(SegmentFolder *folder)
{
    SegmentEntry oldest;

    if (!segment_ring_take_oldest(&folder->ring, &oldest))
        return false;
    g_autofree char *path = path_of(folder, &oldest, "");

    if (g_unlink(path) != 0 && errno != ENOENT)
        note_error(folder);
    folder->counts.deleted++;
    return true;
}

static bool
disk_has_room(const SegmentFolder *folder)
{
    struct statvfs disk;

    return statvfs(folder->path, &disk) != 0 ||
           (uint64_t)disk.f_bavail * disk.f_frsize >= folder->reserve_bytes;
}

/* Keeps within the limits, and the reserve of the disk. Returns: false if there is no room */
static bool
make_room(SegmentFolder *folder, const SegmentLimits *limits, uint64_t open_bytes)
{
    while (segment_ring_is_over(&folder->ring, limits, open_bytes))
        (void)delete_oldest(folder);
    return open_bytes <= limits->quota_bytes;
}

static bool
keep_reserve(SegmentFolder *folder)
{
    while (!disk_has_room(folder))
        if (!delete_oldest(folder))
            return false;
    return true;
}

/* Writing */

static void
complete(SegmentFolder *folder)
{
    g_autofree char *part = path_of(folder, &folder->open, SEGMENT_PART_SUFFIX);
    g_autofree char *path = path_of(folder, &folder->open, "");

    folder->open.open = false;
    if (folder->open.packets == 0 || g_rename(part, path) != 0) {
        if (folder->open.packets > 0)
            note_error(folder);
        (void)g_unlink(part);
        return;
    }
    segment_ring_add(&folder->ring, &folder->open);
    folder->counts.written++;
    folder->counts.holes += folder->open.lost_packets > 0;
    add_line(folder, &folder->open);
}

/* Lets the kernel forget what was written a while ago and is on the disk by now: sixty channels
 * fill the memory within minutes, and others need it more. What is not on the disk yet would be
 * written here, on this thread's account. */
static void
forget_old(const SegmentFolder *folder)
{
    const guint n = folder->ring.entries->len;

    if (n <= FORGET_BEHIND)
        return;
    g_autofree char *path = path_of(
        folder, &g_array_index(folder->ring.entries, SegmentEntry, n - 1 - FORGET_BEHIND), "");
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

void
segment_folder_end(SegmentFolder *folder, const SegmentLimits *limits)
{
    folder->skipping = false;
    if (folder->fd < 0)
        return;
    if (close(folder->fd) != 0)
        note_error(folder);
    folder->fd = -1;
    complete(folder);
    forget_old(folder);
    (void)make_room(folder, limits, 0);
}

static int
open_part(SegmentFolder *folder)
{
    g_autofree char *part = path_of(folder, &folder->open, SEGMENT_PART_SUFFIX);
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    int fd = open(part, flags, FILE_MODE);

    if (fd < 0 && errno == ENOENT && g_mkdir(folder->path, FOLDER_MODE) == 0)
        fd = open(part, flags, FILE_MODE);
    return fd;
}

static void
begin(SegmentFolder *folder, const SegmentBlock *block, const SegmentLimits *limits)
{
    const WallUs wall_us = segment_ring_free_name(&folder->ring, block->start_wall_us);

    segment_folder_end(folder, limits);
    folder->open = (SegmentEntry){
        .start_wall_us = wall_us,
        .end_wall_us = wall_us,
        .start_us = block->start_us,
        .end_us = block->start_us,
        .first_pts = block->first_pts,
        .last_pts = block->last_pts,
        .head_packets = block->head_packets,
        .key = block->key,
        .open = true,
    };
    folder->skipping = true;
    if (!keep_reserve(folder)) {
        folder->counts.state = SEGMENTS_FULL;
        return;
    }
    folder->fd = open_part(folder);
    if (folder->fd < 0) {
        note_error(folder);
        return;
    }
    folder->skipping = false;
    add_line(folder, &folder->open);
}

/* Writes what it can. Returns: bytes written, whole packets */
static size_t
write_packets(SegmentFolder *folder, const uint8_t *data, size_t size)
{
    const off_t before = (off_t)segment_bytes(&folder->open);
    size_t written = 0;

    while (!write_all(folder->fd, data, size, &written)) {
        const bool full = errno == ENOSPC || errno == EDQUOT;

        note_error(folder);
        (void)!ftruncate(folder->fd, before);
        (void)lseek(folder->fd, before, SEEK_SET);
        if (!full || !delete_oldest(folder))
            return 0;
    }
    return written;
}

static void
append(SegmentFolder *folder, const SegmentBlock *block, const SegmentLimits *limits)
{
    SegmentEntry *open = &folder->open;
    const uint64_t packets = block->size / SEGMENT_PACKET_SIZE;

    open->end_us = block->end_us;
    open->end_wall_us = open->start_wall_us + (block->end_us - open->start_us);
    open->last_pts = block->last_pts;
    if (make_room(folder, limits, segment_bytes(open) + block->size) &&
        write_packets(folder, block->data, block->size) == block->size) {
        open->packets += packets;
        folder->counts.state = SEGMENTS_OK;
        return;
    }
    open->lost_packets += packets;
    folder->counts.lost_packets += packets;
}

void
segment_folder_write(SegmentFolder *folder, const SegmentBlock *block, const SegmentLimits *limits)
{
    /* What was left out before a segment began is missing at the end of the one before. */
    folder->open.lost_packets += block->lost_before;
    if (block->begins)
        begin(folder, block, limits);
    if (folder->fd >= 0)
        append(folder, block, limits);
    else
        folder->counts.lost_packets += block->size / SEGMENT_PACKET_SIZE;
}

bool
segment_folder_is_open(const SegmentFolder *folder)
{
    return folder->fd >= 0;
}

void
segment_folder_status(const SegmentFolder *folder, SegmentFolderStatus *ret_status)
{
    *ret_status = folder->counts;
    ret_status->stored_bytes =
        folder->ring.bytes + (folder->fd >= 0 ? segment_bytes(&folder->open) : 0);
    ret_status->stored_us = folder->ring.recorded_us;
}

/* Recovery */

/* What is known of a file: from the index, or from its name alone. */
static SegmentEntry
entry_of(const GArray *known, WallUs start_wall_us, const struct stat *file)
{
    const WallUs touched_us = (WallUs)file->st_mtim.tv_sec * US_PER_SECOND;
    SegmentEntry entry = {.start_wall_us = start_wall_us,
                          .end_wall_us = MAX(touched_us, start_wall_us),
                          .first_pts = PTS90_MODULUS,
                          .last_pts = PTS90_MODULUS};

    for (guint i = 0; i < known->len; i++) {
        const SegmentEntry *at = &g_array_index(known, SegmentEntry, i);

        if (at->start_wall_us / US_PER_MS != start_wall_us / US_PER_MS)
            continue;
        entry = *at;
        if (at->open)
            entry.end_wall_us = MAX(touched_us, at->start_wall_us);
    }
    if (entry.end_us <= entry.start_us)
        entry.end_us = entry.start_us + (entry.end_wall_us - entry.start_wall_us);
    return entry;
}

/* By its descriptor: the sandbox knows no truncation by name. */
static void
cut_file(const char *path, off_t size)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return;
    (void)!ftruncate(fd, size);
    close(fd);
}

/* Takes what is whole of a file into the ring. */
static void
recover_file(SegmentFolder *folder, const GArray *known, const char *name, GArray *found)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    WallUs start_wall_us = 0;
    bool part = false;
    struct stat file;

    if (!segment_name_parse(name, &start_wall_us, &part) || lstat(path, &file) != 0)
        return;
    const uint64_t packets = (uint64_t)file.st_size / SEGMENT_PACKET_SIZE;
    SegmentEntry entry = entry_of(known, start_wall_us, &file);
    g_autofree char *whole = path_of(folder, &entry, "");

    if (!S_ISREG(file.st_mode) || packets == 0) {
        (void)g_unlink(path);
        return;
    }
    if ((uint64_t)file.st_size != packets * SEGMENT_PACKET_SIZE)
        cut_file(path, (off_t)(packets * SEGMENT_PACKET_SIZE));
    if (part && g_rename(path, whole) != 0) {
        note_error(folder);
        return;
    }
    if (!entry.open && entry.packets > packets) /* a power cut took the end */
        entry.lost_packets += entry.packets - packets;
    entry.packets = packets;
    entry.head_packets = (uint32_t)MIN(entry.head_packets, packets);
    entry.open = false;
    g_array_append_val(found, entry);
}

static gint
by_start(gconstpointer a, gconstpointer b)
{
    const WallUs one = ((const SegmentEntry *)a)->start_wall_us,
                 two = ((const SegmentEntry *)b)->start_wall_us;

    return one < two ? -1 : one > two;
}

/* Returns: (transfer full) (element-type SegmentEntry) */
static GArray *
read_index(SegmentFolder *folder)
{
    g_autofree char *path = g_build_filename(folder->path, SEGMENT_INDEX_FILE, NULL);
    GArray *known = g_array_new(FALSE, FALSE, sizeof(SegmentEntry));
    g_autofree char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &text, &size, NULL))
        return known;
    g_array_set_size(known, SEGMENT_COUNT_MAX);
    const size_t n =
        segment_index_read(text, size, (SegmentEntry *)(void *)known->data, SEGMENT_COUNT_MAX);

    g_array_set_size(known, (guint)n);
    return known;
}

void
segment_folder_recover(SegmentFolder *folder)
{
    g_autoptr(GArray) known = read_index(folder);
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SegmentEntry));
    g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);

    if (dir == NULL) {
        if (g_mkdir(folder->path, FOLDER_MODE) != 0)
            note_error(folder);
        return;
    }
    for (const char *name = NULL; (name = g_dir_read_name(dir)) != NULL;)
        recover_file(folder, known, name, found);
    g_array_sort(found, by_start);
    for (guint i = 0; i < found->len; i++)
        segment_ring_add(&folder->ring, &g_array_index(found, SegmentEntry, i));
    if (found->len > 0 && !rewrite_index(folder))
        note_error(folder);
}

void
segment_folder_remove(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        WallUs start_wall_us = 0;
        bool part = false;

        if (segment_name_parse(name, &start_wall_us, &part) ||
            g_str_has_prefix(name, SEGMENT_INDEX_FILE))
            (void)g_unlink(file);
    }
    (void)g_rmdir(path);
}
