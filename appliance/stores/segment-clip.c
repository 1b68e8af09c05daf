/* Several segments as one stream. */
#include <unistd.h>

#include "appliance/stores/segment-archive.h"
#include "appliance/stores/segment-file.h"
#include "pipelines/base/error.h"

#define CONTIGUOUS_US                                                                              \
    (2 * US_PER_SECOND) /* between the end of one segment and the next one's start */
#define BACK_MAX_US                                                                                \
    (30 * US_PER_SECOND) /* that a clip begins earlier for the sake of a key frame */

typedef struct {
    int fd;        /* owned */
    uint64_t left; /* bytes yet to be read */
} ClipPart;

struct SegmentClip {
    GArray *parts; /* element-type ClipPart */
    guint at;      /* the part that is being read */
};

static const SegmentEntry *
entry_at(const GArray *entries, guint i)
{
    return &g_array_index(entries, SegmentEntry, i);
}

static bool
follows(const SegmentEntry *before, const SegmentEntry *entry)
{
    const int64_t gap_us = entry->start_wall_us - before->end_wall_us;

    return gap_us >= -CONTIGUOUS_US && gap_us <= CONTIGUOUS_US;
}

/* The first segment of a clip: the one that @from_us lies in, or one before it that begins with a
 * key frame and runs on into it; else the first one behind it that does. */
static guint
first_of(const GArray *entries, WallUs from_us)
{
    guint first = 0;

    while (first + 1 < entries->len && entry_at(entries, first)->end_wall_us < from_us)
        first++;
    for (guint i = first; !entry_at(entries, i)->key && i > 0; i--) {
        if (!follows(entry_at(entries, i - 1), entry_at(entries, i)))
            break;
        if (entry_at(entries, i - 1)->key)
            return i - 1;
    }
    for (guint i = first; i < entries->len; i++)
        if (entry_at(entries, i)->key)
            return i;
    return first;
}

void
segment_clip_close(SegmentClip *clip)
{
    if (clip == NULL)
        return;
    for (guint i = 0; i < clip->parts->len; i++)
        close(g_array_index(clip->parts, ClipPart, i).fd);
    g_array_unref(clip->parts);
    g_free(clip);
}

/* Adds @entry, which comes after @before (nullable). What is repeated in front of a segment is left
 * out where it goes on from the one before: the counters then run through. */
static void
add_part(SegmentClip *clip,
         const char *folder,
         const SegmentEntry *entry,
         const SegmentEntry *before,
         SegmentClipInfo *info)
{
    const bool on = before != NULL && follows(before, entry) && before->lost_packets == 0;
    const off_t skip = on ? (off_t)entry->head_packets * (off_t)SEGMENT_PACKET_SIZE : 0;
    ClipPart part = {.fd = segment_file_open_entry(folder, entry, NULL)};

    if (part.fd < 0)
        return;
    part.left = entry->packets * SEGMENT_PACKET_SIZE - (uint64_t)skip;
    if (lseek(part.fd, skip, SEEK_SET) != skip) {
        close(part.fd);
        return;
    }
    g_array_append_val(clip->parts, part);
    if (before == NULL) {
        info->from_us = entry->start_wall_us;
        info->key = entry->key;
    }
    info->to_us = entry->end_wall_us;
    info->bytes += part.left;
    info->lost_packets += entry->lost_packets;
    info->gaps += before != NULL && !follows(before, entry);
}

SegmentClip *
segment_clip_open(
    const char *folder, WallUs from_us, WallUs to_us, SegmentClipInfo *ret_info, GError **error)
{
    g_autoptr(GArray) entries = segment_archive_list(folder, from_us - BACK_MAX_US, to_us);
    SegmentClip *clip = g_new0(SegmentClip, 1);
    const SegmentEntry *before = NULL;
    SegmentClipInfo info = {0};

    clip->parts = g_array_new(FALSE, FALSE, sizeof(ClipPart));
    for (guint i = entries->len > 0 ? first_of(entries, from_us) : 0; i < entries->len; i++) {
        const guint n = clip->parts->len;

        add_part(clip, folder, entry_at(entries, i), before, &info);
        before = clip->parts->len > n ? entry_at(entries, i) : before;
    }
    if (before == NULL || info.to_us < from_us) {
        segment_clip_close(clip);
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                            "Nothing of that time is recorded, or not any more.");
        return NULL;
    }
    *ret_info = info;
    return clip;
}

gssize
segment_clip_read(SegmentClip *clip, void *buffer, gsize size)
{
    while (clip->at < clip->parts->len) {
        ClipPart *part = &g_array_index(clip->parts, ClipPart, clip->at);
        const gssize n = part->left > 0 ? read(part->fd, buffer, MIN(part->left, size)) : 0;

        if (n < 0)
            return -1;
        part->left -= (uint64_t)n;
        if (n > 0)
            return n;
        if (part->left > 0)
            return -1; /* shorter than it was: what was promised cannot be kept */
        clip->at++;
    }
    return 0;
}
