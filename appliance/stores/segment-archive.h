/* The recordings of workers: ROOT/INPUT/CHANNEL/, see pipelines/base/segment-index.h. Read only,
 * but for copies that are made elsewhere. Blocks on disk: for worker threads; any of them.
 *
 * A worker is trusted with nothing: what it wrote is read as text of a stranger, no link is
 * followed, and only regular files are opened. */
#pragma once

#include <stdbool.h>

#include "appliance/events/segment-reader.h"

/* The folder of a channel below @root. Returns: (transfer full) (nullable): NULL if an id is no
 * slug
 */
char *segment_archive_folder(const char *root, const char *input_id, const char *channel_id);

/* What lies in @folder and overlaps @from_us to @to_us, oldest first; of an open segment what was
 * written so far. Returns: (transfer full) (element-type SegmentEntry) */
GArray *segment_archive_list(const char *folder, WallUs from_us, WallUs to_us);

/* Opens the part of @folder between two times as a clip; see SegmentReader.open. */
SegmentClip *segment_clip_open(const char *folder,
                               WallUs from_us,
                               WallUs to_us,
                               SegmentClipInfo *ret_info,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gssize segment_clip_read(SegmentClip *clip, void *buffer, gsize size);
void segment_clip_close(SegmentClip *clip);

/* Bytes of all files below @root, for a quota that counts what is recorded already as free. */
uint64_t segment_archive_bytes(const char *root);

/**
 * segment_archive_sweep:
 * @inputs: ids of those that may record
 * @age_us: how long a recording stays after its last packet when its input is none of them
 *
 * Removes what was recorded of other inputs; of @root itself nothing else is touched. What cannot
 * be removed stays. Returns: folders of inputs that were removed
 */
unsigned
segment_archive_sweep(const char *root, const char *const *inputs, int64_t age_us, WallUs now_us);

/* @root: (transfer none): outlives the reader */
SegmentReader segment_archive_reader(const char *root);
