/* Segment files: made, written, synced, and given up when the disk refuses them. */
#include "appliance/events/segment-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/events/segment-list.h"
#include "pipelines/base/error.h"

void
segment_writer_init(SegmentWriter *writer,
                    const char *folder,
                    uint64_t segment_bytes,
                    const uint8_t journal_id[16])
{
    *writer = (SegmentWriter){
        .folder = g_strdup(folder),
        .segment_bytes = MAX(segment_bytes, SEGMENT_MIN_BYTES),
        .fd = -1,
    };
    writer->reserve.folder = writer->folder;
    memcpy(writer->journal_id, journal_id, sizeof writer->journal_id);
}

static void
give_up(SegmentWriter *writer)
{
    if (writer->fd >= 0)
        close(writer->fd);
    writer->fd = -1;
    writer->bad_writes = 0;
}

void
segment_writer_clear(SegmentWriter *writer)
{
    give_up(writer);
    g_clear_pointer(&writer->folder, g_free);
}

static bool
write_at(int fd, const void *data, size_t size, uint64_t offset)
{
    const uint8_t *bytes = data;

    while (size > 0) {
        const ssize_t n = pwrite(fd, bytes, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        offset += (uint64_t)n;
        size -= (size_t)n;
    }
    return true;
}

static bool
sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return false;
    const bool synced = fsync(fd) == 0;

    close(fd);
    return synced;
}

void
segment_writer_keep_reserve(SegmentWriter *writer, MonoUs now_us)
{
    journal_reserve_keep(&writer->reserve, now_us);
    writer->strained = writer->strained && !writer->reserve.whole;
}

static bool
is_full(int failure)
{
    return failure == ENOSPC || failure == EDQUOT || failure == EFBIG;
}

/* A new segment file, as large as the disk still allows: a file of the reserve before a small one.
 * Returns -1 with errno. */
static int
make_segment(SegmentWriter *writer, const char *path, uint64_t *ret_size)
{
    int fd = journal_make_file(path, writer->segment_bytes);

    *ret_size = writer->segment_bytes;
    if (fd >= 0 || !is_full(errno))
        return fd;
    writer->strained = true;
    fd = journal_reserve_take(&writer->reserve, path);
    *ret_size = RESERVE_FILE_BYTES;
    for (uint64_t size = writer->segment_bytes / 4; fd < 0 && size > SEGMENT_MIN_BYTES; size /= 4) {
        fd = journal_make_file(path, size);
        *ret_size = size;
    }
    if (fd >= 0)
        return fd;
    *ret_size = SEGMENT_MIN_BYTES;
    return journal_make_file(path, SEGMENT_MIN_BYTES);
}

static bool
begin_segment(SegmentWriter *writer, uint64_t first_seq)
{
    g_autofree char *path = segment_list_path(writer->folder, first_seq);
    uint8_t bytes[SEGMENT_HEADER_BYTES];
    SegmentHeader header = {.first_seq = first_seq};

    give_up(writer);
    memcpy(header.journal_id, writer->journal_id, sizeof header.journal_id);
    segment_header_write(&header, bytes);
    writer->fd = make_segment(writer, path, &writer->size);
    if (writer->fd < 0)
        return false;
    if (!write_at(writer->fd, bytes, sizeof bytes, 0)) {
        const int failure = errno;

        give_up(writer);
        (void)unlink(path);
        errno = failure;
        return false;
    }
    writer->first_seq = first_seq;
    writer->offset = SEGMENT_HEADER_BYTES;
    writer->fresh = true;
    return true;
}

/* Waits until the disk has what was written; of a new segment, its header and its name, too, in
 * one go with the first records. */
static bool
sync_segment(SegmentWriter *writer)
{
    if (!writer->fresh)
        return fdatasync(writer->fd) == 0;
    if (fdatasync(writer->fd) != 0 || !sync_folder(writer->folder))
        return false;
    writer->fresh = false;
    return true;
}

uint64_t
segment_writer_room(const SegmentWriter *writer, uint64_t first_record_bytes)
{
    if (writer->fd >= 0 && writer->size - writer->offset >= first_record_bytes)
        return writer->size - writer->offset;
    return SEGMENT_MIN_BYTES - SEGMENT_HEADER_BYTES; /* the smallest segment that may be made */
}

bool
segment_writer_commit(SegmentWriter *writer,
                      const GByteArray *records,
                      uint64_t first_seq,
                      GError **error)
{
    const bool fits = writer->fd >= 0 && writer->size - writer->offset >= records->len;

    if ((!fits && !begin_segment(writer, first_seq)) ||
        !write_at(writer->fd, records->data, records->len, writer->offset) ||
        !sync_segment(writer)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "writing the journal in %s: %s",
                    writer->folder, g_strerror(errno));
        if (++writer->bad_writes >= SEGMENT_MAX_BAD_WRITES)
            give_up(writer);
        return false;
    }
    writer->bad_writes = 0;
    writer->offset += records->len;
    return true;
}

/* Walks the records in @data. Returns where the last sound one ends. */
static uint64_t
find_tail(const uint8_t *data, size_t size, SegmentTail *ret_tail)
{
    SegmentWalk walk = {
        .data = data,
        .size = size,
        .offset = SEGMENT_HEADER_BYTES,
        .good_end = SEGMENT_HEADER_BYTES,
        .after_seq = ret_tail->last_seq,
    };
    SegmentRecord record;
    size_t damaged = 0;

    while (segment_walk_next(&walk, &record)) {
        ret_tail->last_seq = record.seq;
        damaged = walk.skipped;
    }
    ret_tail->lost_bytes = damaged;
    ret_tail->torn_bytes = walk.skipped - damaged;
    return MIN(walk.good_end, size);
}

/* Overwrites what stands from @begin to @end with zeroes: the blocks stay taken, so that even a
 * full disk can be repaired. */
static bool
blank(int fd, uint64_t begin, uint64_t end)
{
    g_autofree uint8_t *zeroes = g_malloc0(end - begin);

    return write_at(fd, zeroes, end - begin, begin) && fsync(fd) == 0;
}

bool
segment_writer_resume(SegmentWriter *writer,
                      const char *path,
                      const SegmentHeader *header,
                      SegmentTail *ret_tail)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &data, &size, NULL) || size < SEGMENT_HEADER_BYTES)
        return false;
    *ret_tail = (SegmentTail){.last_seq = header->first_seq - 1};
    memcpy(writer->journal_id, header->journal_id, sizeof writer->journal_id);
    writer->first_seq = header->first_seq;
    writer->offset = find_tail((const uint8_t *)data, size, ret_tail);
    writer->size = size;
    writer->fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (writer->fd >= 0 && ret_tail->torn_bytes > 0 && !blank(writer->fd, writer->offset, size))
        give_up(writer);
    return true;
}
