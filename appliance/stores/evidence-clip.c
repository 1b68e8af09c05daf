/* What is kept, and what of the time asked for it lacks. */
#include "appliance/stores/evidence-clip.h"

#include <string.h>
#include <sys/stat.h>

#include "appliance/stores/segment-archive.h"
#include "appliance/stores/segment-keep.h"

#define GAP_US   (US_PER_SECOND)     /* between segments: more is a hole */
#define EDGE_US  (US_PER_SECOND / 2) /* at both ends: less is none */
#define TEXT_MAX 256u

static void
miss(GString *missing, const char *text)
{
    if (missing->len + strlen(text) + 2 > TEXT_MAX)
        return;
    g_string_append_printf(missing, "%s%s", missing->len > 0 ? "; " : "", text);
}

/* @words: with a # for the seconds */
static void
miss_seconds(GString *missing, const char *words, int64_t us)
{
    g_autofree char *seconds = g_strdup_printf("%.1f", (double)us / (double)US_PER_SECOND);
    g_autoptr(GString) text = g_string_new(words);

    g_string_replace(text, "#", seconds, 1);
    miss(missing, text->str);
}

/* Returns: (transfer full): what @entries lack of @clip's time, as parts of a sentence */
static GString *
find_missing(const EvidenceClip *clip, const GArray *entries)
{
    GString *missing = g_string_new(NULL);
    WallUs covered_us = 0;

    for (guint i = 0; i < entries->len; i++) {
        const SegmentEntry *entry = &g_array_index(entries, SegmentEntry, i);

        if (covered_us == 0 && entry->start_wall_us - clip->from_us > EDGE_US)
            miss_seconds(missing, "it begins # s late", entry->start_wall_us - clip->from_us);
        if (covered_us != 0 && entry->start_wall_us - covered_us > GAP_US)
            miss_seconds(missing, "# s are missing inside", entry->start_wall_us - covered_us);
        if (entry->lost_packets > 0)
            miss(missing, "the disk did not take some packets");
        covered_us = MAX(covered_us, entry->end_wall_us);
    }
    if (clip->to_us - covered_us > EDGE_US)
        miss_seconds(missing, "it ends # s early", clip->to_us - covered_us);
    return missing;
}

static void
describe(EvidenceClip *clip, const char *target, const GArray *entries)
{
    g_autoptr(GString) missing = find_missing(clip, entries);
    SegmentClipInfo info = {0};
    SegmentClip *opened = segment_clip_open(target, clip->from_us, clip->to_us, &info, NULL);

    segment_clip_close(opened);
    clip->bytes = info.bytes;
    clip->state = missing->len > 0 ? EVIDENCE_CLIP_PARTLY : EVIDENCE_CLIP_READY;
    if (missing->len > 0)
        missing->str[0] = g_ascii_toupper(missing->str[0]);
    evidence_set(&clip->text, missing->str);
}

/* The ring is another user's: a link in its place would lead elsewhere. */
static bool
is_folder(const char *path)
{
    struct stat about;

    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

void
evidence_clip_keep(const char *ring, const char *target, EvidenceClip *clip)
{
    g_autoptr(GError) error = NULL;
    const int kept =
        is_folder(ring) ? segment_keep(ring, clip->from_us, clip->to_us, target, &error) : 0;
    g_autoptr(GArray) entries =
        kept > 0 ? segment_archive_list(target, clip->from_us, clip->to_us) : NULL;

    if (entries != NULL && entries->len > 0) {
        describe(clip, target, entries);
        return;
    }
    clip->state = EVIDENCE_CLIP_NONE;
    evidence_set(&clip->text,
                 error != NULL ? error->message : "No segments of this time are on disk");
}
