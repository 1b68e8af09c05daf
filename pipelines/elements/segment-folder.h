/* The folder of one channel: segments, their index, and what is deleted. Blocks on disk: for the
 * writer's thread alone.
 *
 * A segment is called NAME.ts.part while it is written and renamed when it is complete; what an
 * earlier process left as a part is completed at the start. */
#pragma once

#include "pipelines/elements/segment-block.h"
#include "pipelines/elements/segment-ring.h"

typedef enum {
    SEGMENTS_OK,
    SEGMENTS_FULL,    /* the disk has less than the reserve left: nothing is written */
    SEGMENTS_FAILING, /* the disk answered with an error */
} SegmentsState;

/* Since the folder was opened. */
typedef struct {
    uint64_t written;      /* segments completed */
    uint64_t holes;        /* of these, with packets left out */
    uint64_t deleted;      /* segments */
    uint64_t lost_packets; /* that could not be written */
    uint64_t disk_errors;  /* calls that failed */
    uint64_t stored_bytes; /* in the folder now, the open segment included */
    int64_t stored_us;     /* of recorded time in the folder now, complete segments */
    SegmentsState state;
} SegmentFolderStatus;

typedef struct SegmentFolder SegmentFolder;

/* @path: made when it is not there. Nothing is read yet. Returns: (transfer full) */
SegmentFolder *segment_folder_new(const char *path, uint64_t reserve_bytes);
void segment_folder_free(SegmentFolder *folder); /* leaves an open segment as a part; (nullable) */

/* Reads the index and what else lies there, and completes or removes what was not complete. */
void segment_folder_recover(SegmentFolder *folder);

/* Writes @block; one that begins a segment completes the one before. Deletes what is over @limits.
 * What cannot be written is counted as lost. */
void
segment_folder_write(SegmentFolder *folder, const SegmentBlock *block, const SegmentLimits *limits);

/* Completes the open segment, if any. */
void segment_folder_end(SegmentFolder *folder, const SegmentLimits *limits);

/* Whether a segment is open. */
bool segment_folder_is_open(const SegmentFolder *folder);

void segment_folder_status(const SegmentFolder *folder, SegmentFolderStatus *ret_status);

/* Deletes the segments in @path and then the folder, as far as nothing else lies there. */
void segment_folder_remove(const char *path);
