/* Choosing, linking and copying of segments. */
#include "appliance/stores/evidence-clip.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipelines/base/segment-index.h"

#define FILE_MODE    0640
#define COPY_BYTES   (256u << 10)
#define GAP_US       (US_PER_SECOND)     /* between segments: more is a hole */
#define EDGE_US      (US_PER_SECOND / 2) /* at both ends: less is none */
#define TEXT_MAX     256u
#define DIR_FLAGS    (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define SOURCE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* Copying from one folder to another. */
typedef struct {
    int from;
    int to;
    EvidenceClip *clip;
    GString *missing;  /* sentences' parts */
    WallUs covered_us; /* end of what has been kept so far; 0: nothing */
} Keeping;

static void
miss(Keeping *keeping, const char *text)
{
    if (keeping->missing->len + strlen(text) + 2 > TEXT_MAX)
        return;
    g_string_append_printf(keeping->missing, "%s%s", keeping->missing->len > 0 ? "; " : "", text);
}

static void
miss_seconds(Keeping *keeping, const char *format, int64_t us)
{
    g_autofree char *seconds = g_strdup_printf("%.1f", (double)us / (double)US_PER_SECOND);
    g_autoptr(GString) text = g_string_new(format);

    g_string_replace(text, "#", seconds, 1);
    miss(keeping, text->str);
}

/* Returns: (transfer full) (array length=ret_n): what the index lists */
static SegmentEntry *
read_index(int folder, size_t *ret_n)
{
    g_autofree char *text = g_malloc(SEGMENT_INDEX_MAX);
    g_autofree SegmentEntry *entries = g_new0(SegmentEntry, SEGMENT_COUNT_MAX);
    const int fd = openat(folder, SEGMENT_INDEX_FILE, SOURCE_FLAGS);
    size_t size = 0;
    ssize_t got = 0;

    if (fd < 0)
        return NULL;
    while (size < SEGMENT_INDEX_MAX && (got = read(fd, text + size, SEGMENT_INDEX_MAX - size)) > 0)
        size += (size_t)got;
    (void)close(fd);
    *ret_n = segment_index_read(text, size, entries, SEGMENT_COUNT_MAX);
    return g_steal_pointer(&entries);
}

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
copy_file(int source, int folder, const char *name, uint64_t size)
{
    const int target =
        openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

    if (target < 0)
        return false;
    const bool copied = copy_bytes(source, target, size);

    if (close(target) == 0 && copied)
        return true;
    (void)unlinkat(folder, name, 0);
    return false;
}

/* What is opened is what is linked, whatever becomes of the name meanwhile. */
static bool
link_open_file(int source, int folder, const char *name)
{
    char path[64];

    (void)g_snprintf(path, sizeof path, "/proc/self/fd/%d", source);
    return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST;
}

static bool
keep_file(const Keeping *keeping, const char *name, uint64_t *ret_packets)
{
    const int source = openat(keeping->from, name, SOURCE_FLAGS);
    struct stat about;

    if (source < 0)
        return false;
    const bool usable = fstat(source, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
                        (uint64_t)about.st_size <= EVIDENCE_SEGMENT_BYTES_MAX;
    const bool kept = usable && (link_open_file(source, keeping->to, name) ||
                                 copy_file(source, keeping->to, name, (uint64_t)about.st_size));

    (void)close(source);
    if (kept)
        *ret_packets = (uint64_t)about.st_size / SEGMENT_PACKET_SIZE;
    return kept;
}

/* What lies between the end of what is kept and @start_us. */
static void
note_gap(Keeping *keeping, WallUs start_us)
{
    if (keeping->covered_us == 0 && start_us - keeping->clip->from_us > EDGE_US)
        miss_seconds(keeping, "it begins # s late", start_us - keeping->clip->from_us);
    if (keeping->covered_us != 0 && start_us - keeping->covered_us > GAP_US)
        miss_seconds(keeping, "# s are missing inside", start_us - keeping->covered_us);
}

static void
keep_segment(Keeping *keeping, const SegmentEntry *entry)
{
    EvidenceClip *clip = keeping->clip;
    char name[SEGMENT_NAME_BYTES];
    uint64_t packets = 0;

    segment_name(entry->start_wall_us, name);
    if (entry->open || clip->n_segments == EVIDENCE_SEGMENTS_MAX ||
        !keep_file(keeping, name, &packets))
        return; /* told as a gap */
    note_gap(keeping, entry->start_wall_us);
    if (entry->lost_packets > 0)
        miss(keeping, "the disk did not take some packets");
    clip->segments[clip->n_segments++] = (EvidenceSegment){
        .name = g_strdup(name),
        .packets = packets,
        .head_packets = (uint32_t)MIN(entry->head_packets, packets),
    };
    keeping->covered_us = MAX(keeping->covered_us, entry->end_wall_us);
}

static void
keep_all(Keeping *keeping, const SegmentEntry *entries, size_t n, WallUs now_us)
{
    EvidenceClip *clip = keeping->clip;

    for (size_t i = 0; i < n; i++) {
        if (entries[i].end_wall_us <= now_us && entries[i].end_wall_us >= clip->from_us &&
            entries[i].start_wall_us <= clip->to_us)
            keep_segment(keeping, &entries[i]);
    }
    if (clip->n_segments > 0 && clip->to_us - keeping->covered_us > EDGE_US)
        miss_seconds(keeping, "it ends # s early", clip->to_us - keeping->covered_us);
}

static void
conclude(const Keeping *keeping)
{
    EvidenceClip *clip = keeping->clip;

    if (clip->n_segments == 0) {
        clip->state = EVIDENCE_CLIP_NONE;
        evidence_set(&clip->text, "No segments of this time are on disk");
        return;
    }
    clip->state = keeping->missing->len > 0 ? EVIDENCE_CLIP_PARTLY : EVIDENCE_CLIP_READY;
    evidence_set(&clip->text, keeping->missing->str);
    if (*clip->text != '\0')
        *clip->text = g_ascii_toupper(*clip->text);
}

void
evidence_clip_keep(const char *ring, const char *folder, EvidenceClip *clip, WallUs now_us)
{
    g_autoptr(GString) missing = g_string_new(NULL);
    Keeping keeping = {.from = open(ring, DIR_FLAGS),
                       .to = open(folder, DIR_FLAGS),
                       .clip = clip,
                       .missing = missing};
    size_t n = 0;
    g_autofree SegmentEntry *entries =
        keeping.from >= 0 && keeping.to >= 0 ? read_index(keeping.from, &n) : NULL;

    for (size_t i = 0; i < clip->n_segments; i++)
        g_free(clip->segments[i].name);
    clip->n_segments = 0;
    if (entries != NULL)
        keep_all(&keeping, entries, n, now_us);
    conclude(&keeping);
    if (keeping.from >= 0)
        (void)close(keeping.from);
    if (keeping.to >= 0)
        (void)close(keeping.to);
}
