/* The segments' way to the disk: a thread of its own behind a bounded pool of blocks.
 *
 * The streaming thread takes an empty block, fills it and gives it; it never waits. While the disk
 * is slow or hangs the blocks run out, and what does not fit is left out and counted by the caller.
 * A thread that hangs in the disk does not hold up the end either: it frees what is left when it
 * returns. */
#pragma once

#include "pipelines/elements/segment-block.h"
#include "pipelines/elements/segment-folder.h"

#define SEGMENT_POOL_BYTES    (8u << 20)            /* of all blocks of an input; and see below */
#define SEGMENT_BLOCK_BYTES   (256u << 10)          /* of an input's only channel */
#define SEGMENT_BLOCK_SHARED  (64u << 10)           /* of one channel of several */
#define SEGMENT_BLOCK_TAIL    (24u << 10)           /* behind room: for packets whose cut is open */
#define SEGMENT_RESERVE_BYTES (UINT64_C(256) << 20) /* of the disk, that is left free */

typedef struct {
    const char *folder;       /* of the input; must be there; copied */
    const char *const *lanes; /* channel ids: their folders; @n_lanes entries; copied */
    unsigned n_lanes;         /* at least 1 */
    SegmentLimits limits;     /* of each channel */
    uint64_t reserve_bytes;   /* of free disk, below which nothing is written */
} SegmentStoreSettings;

typedef struct {
    SegmentFolderStatus folder;
    MonoUs waiting_us; /* since when the oldest block waits for the disk; 0: none does */
} SegmentStoreStatus;

typedef struct SegmentStore SegmentStore;

/* Starts the thread. Returns: (transfer full): ended by segment_store_stop() */
SegmentStore *segment_store_new(const SegmentStoreSettings *settings);

/* Returns: (transfer full) (nullable): an empty block of which all fields but @room are zero; NULL
 * while the disk is behind. Never waits. */
SegmentBlock *segment_store_take(SegmentStore *store);

/* Hands @block (transfer full) over to be written. Never waits. */
void segment_store_give(SegmentStore *store, SegmentBlock *block);

/* From the next segment on. Any thread. */
void segment_store_set_limits(SegmentStore *store, const SegmentLimits *limits);

/* Any thread. @lane: below n_lanes */
void segment_store_status(SegmentStore *store, unsigned lane, SegmentStoreStatus *ret_status);

/* Writes what was given, for at most @wait_us, and completes open segments. (nullable)
 * Returns: whether all was written */
bool segment_store_stop(SegmentStore *store, int64_t wait_us);
