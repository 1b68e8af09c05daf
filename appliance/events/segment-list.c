/* The folder's segments, and reading from them. */
#include "appliance/events/segment-list.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipelines/base/error.h"

#define SUFFIX           ".segment"
#define READ_TRIES       3u
#define UNREADABLE_BLOCK ((size_t)4096)

typedef struct {
    SegmentHeader header;
    uint64_t hint_after; /* events up to this one end before @hint_offset; 0: none known */
    uint64_t hint_offset;
} Entry;

struct SegmentList {
    GMutex lock;
    char *folder;
    GArray *entries; /* (element-type Entry) by first_seq */
    unsigned bad;
};

char *
segment_list_path(const char *folder, uint64_t first_seq)
{
    return g_strdup_printf("%s/%020" G_GUINT64_FORMAT SUFFIX, folder, first_seq);
}

static bool
read_header(const char *path, SegmentHeader *ret_header)
{
    uint8_t bytes[SEGMENT_HEADER_BYTES];
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        return false;
    const ssize_t got = pread(fd, bytes, sizeof bytes, 0);

    close(fd);
    return got == (ssize_t)sizeof bytes && segment_header_read(bytes, sizeof bytes, ret_header);
}

static int
by_first_seq(gconstpointer a, gconstpointer b)
{
    const uint64_t left = ((const Entry *)a)->header.first_seq;
    const uint64_t right = ((const Entry *)b)->header.first_seq;

    return left < right ? -1 : left > right;
}

static void
take_file(SegmentList *list, const char *name)
{
    g_autofree char *path = g_build_filename(list->folder, name, NULL);
    g_autofree char *aside = g_strconcat(path, ".bad", NULL);
    Entry entry = {0};
    guint64 first_seq = 0;
    g_autofree char *digits = g_strndup(name, strlen(name) - strlen(SUFFIX));

    if (g_ascii_string_to_unsigned(digits, 10, 1, G_MAXINT64, &first_seq, NULL) &&
        read_header(path, &entry.header) && entry.header.first_seq == first_seq) {
        g_array_append_val(list->entries, entry);
        return;
    }
    list->bad++;
    (void)rename(path, aside);
}

SegmentList *
segment_list_open(const char *folder, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    if (dir == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "reading the folder %s", folder);
        return NULL;
    }
    SegmentList *list = g_new0(SegmentList, 1);

    g_mutex_init(&list->lock);
    list->folder = g_strdup(folder);
    list->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, SUFFIX))
            take_file(list, name);
    }
    g_array_sort(list->entries, by_first_seq);
    return list;
}

void
segment_list_free(SegmentList *list)
{
    if (list == NULL)
        return;
    g_array_unref(list->entries);
    g_mutex_clear(&list->lock);
    g_free(list->folder);
    g_free(list);
}

unsigned
segment_list_bad(const SegmentList *list)
{
    return list->bad;
}

char *
segment_list_newest(SegmentList *list, SegmentHeader *ret_header)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&list->lock);

    if (list->entries->len == 0)
        return NULL;
    *ret_header = g_array_index(list->entries, Entry, list->entries->len - 1).header;
    return segment_list_path(list->folder, ret_header->first_seq);
}

void
segment_list_add(SegmentList *list, uint64_t first_seq)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&list->lock);
    const Entry entry = {.header.first_seq = first_seq};

    if (list->entries->len > 0 &&
        g_array_index(list->entries, Entry, list->entries->len - 1).header.first_seq >= first_seq)
        return;
    g_array_append_val(list->entries, entry);
}

/* Fills @data from @fd. A block that stays unreadable is left as zeroes: what it held is lost, what
 * follows is not. */
static void
read_all(int fd, uint8_t *data, size_t size, uint64_t offset)
{
    unsigned tries = 0;

    for (size_t got = 0; got < size;) {
        const ssize_t n = pread(fd, data + got, size - got, (off_t)(offset + got));

        if (n == 0)
            return;
        if (n > 0) {
            got += (size_t)n;
            tries = 0;
        } else if (++tries >= READ_TRIES) {
            got += MIN(UNREADABLE_BLOCK, size - got);
            tries = 0;
        }
    }
}

/* The bytes of the file at @path from @offset to its end. @ret_gone: there is no such file any
 * more. Returns: NULL if it cannot be read now. */
static GBytes *
read_rest(const char *path, uint64_t offset, bool *ret_gone)
{
    struct stat about;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    *ret_gone = fd < 0 && errno == ENOENT;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &about) != 0) {
        close(fd);
        return NULL;
    }
    const size_t size = about.st_size > (off_t)offset ? (size_t)about.st_size - offset : 0;
    uint8_t *data = g_malloc0(size);

    read_all(fd, data, size, offset);
    close(fd);
    return g_bytes_new_take(data, size);
}

typedef struct {
    Entry entry;    /* copy */
    uint64_t until; /* last sequence that may come from it */
} Piece;

/* The segment that holds the first event above @after, if any up to @until. */
static bool
find_piece(SegmentList *list, uint64_t after, uint64_t until, Piece *ret_piece)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&list->lock);

    for (guint i = 0; i < list->entries->len; i++) {
        const Entry *entry = &g_array_index(list->entries, Entry, i);
        const bool last = i + 1 == list->entries->len;
        const uint64_t end =
            last ? UINT64_MAX : g_array_index(list->entries, Entry, i + 1).header.first_seq - 1;

        if (end <= after)
            continue;
        *ret_piece = (Piece){.entry = *entry, .until = MIN(end, until)};
        return entry->header.first_seq <= until;
    }
    return false;
}

/* Remembers where a reader stopped: the next one that asks for what follows starts there. */
static void
leave_hint(SegmentList *list, uint64_t first_seq, uint64_t after, uint64_t offset)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&list->lock);

    for (guint i = list->entries->len; i > 0; i--) {
        Entry *entry = &g_array_index(list->entries, Entry, i - 1);

        if (entry->header.first_seq != first_seq)
            continue;
        entry->hint_after = after;
        entry->hint_offset = offset;
        return;
    }
}

/* Reads one segment. Returns false if it cannot be read now; else @ret_after is the last sequence
 * that is settled: read, or known not to be there. */
static bool
read_piece(
    SegmentList *list, const Piece *piece, size_t max, GPtrArray *events, uint64_t *ret_after)
{
    const bool hinted = piece->entry.hint_after > 0 && piece->entry.hint_after <= *ret_after;
    const uint64_t begin = hinted ? piece->entry.hint_offset : SEGMENT_HEADER_BYTES;
    g_autofree char *path = segment_list_path(list->folder, piece->entry.header.first_seq);
    bool gone;
    g_autoptr(GBytes) bytes = read_rest(path, begin, &gone);
    SegmentWalk walk = {.after_seq = *ret_after};
    SegmentRecord record = {0};
    size_t offset = 0;
    uint64_t after = *ret_after;

    if (bytes == NULL && !gone)
        return false;
    if (bytes != NULL)
        walk.data = g_bytes_get_data(bytes, &walk.size);
    while (events->len < max && segment_walk_next(&walk, &record) && record.seq <= piece->until) {
        Event *event = event_decode(record.payload, record.size, NULL);

        after = record.seq;
        offset = walk.offset;
        if (event == NULL)
            continue;
        event->seq = record.seq;
        g_ptr_array_add(events, event);
    }
    if (offset > 0)
        leave_hint(list, piece->entry.header.first_seq, after, begin + offset);
    *ret_after = events->len < max ? piece->until : after;
    return true;
}

bool
segment_list_read(SegmentList *list, uint64_t after, uint64_t until, size_t max, GPtrArray *events)
{
    Piece piece;

    while (events->len < max && after < until && find_piece(list, after, until, &piece)) {
        if (!read_piece(list, &piece, max, events, &after))
            return false;
    }
    return true;
}

uint64_t
segment_list_expire(SegmentList *list, unsigned keep, unsigned hard_limit, uint64_t passed)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&list->lock);
    uint64_t unread = 0;

    while (list->entries->len > keep && list->entries->len > 1) {
        const uint64_t first = g_array_index(list->entries, Entry, 0).header.first_seq;
        const uint64_t end = g_array_index(list->entries, Entry, 1).header.first_seq - 1;
        g_autofree char *path = segment_list_path(list->folder, first);

        if (end > passed && list->entries->len <= hard_limit)
            break;
        if (end > passed)
            unread += end - MAX(passed, first - 1);
        if (unlink(path) != 0 && errno != ENOENT)
            break;
        g_array_remove_index(list->entries, 0);
    }
    return unread;
}

bool
segment_list_expire_aged(SegmentList *list, WallUs before_us, uint64_t passed)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&list->lock);
    struct stat about;

    if (list->entries->len < 2)
        return false;
    const uint64_t first = g_array_index(list->entries, Entry, 0).header.first_seq;
    g_autofree char *path = segment_list_path(list->folder, first);

    if (g_array_index(list->entries, Entry, 1).header.first_seq - 1 > passed ||
        stat(path, &about) != 0 || (int64_t)about.st_mtim.tv_sec * US_PER_SECOND >= before_us ||
        unlink(path) != 0)
        return false;
    g_array_remove_index(list->entries, 0);
    return true;
}
