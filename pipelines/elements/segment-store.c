/* The writer's thread and its blocks. */
#include "pipelines/elements/segment-store.h"

#include <string.h>

#include "pipelines/base/slug.h"

#define IDLE_US      (5 * US_PER_SECOND) /* without a block: the open segment is complete */
#define SPARE_BLOCKS 2u                  /* that are kept beside one a lane */
#define LANE_BYTES   (512u << 10)        /* of the pool, at least, for each lane */

struct SegmentStore {
    gatomicrefcount refs; /* of the owner and of the thread */
    char *folder;
    char **lanes;
    unsigned n_lanes;
    size_t block_bytes;
    unsigned blocks_max;
    uint64_t reserve_bytes;

    GMutex lock; /* guards what follows, up to the next comment; never held while the disk works */
    GCond cond;
    GQueue queue;      /* element-type SegmentBlock, to be written */
    GQueue spare;      /* element-type SegmentBlock, empty */
    unsigned n_blocks; /* that exist */
    MonoUs writing_us; /* when the block that is being written was given; 0: none is */
    SegmentLimits limits;
    SegmentStoreStatus *status; /* by lane */
    bool stopping;
    bool ended;

    /* The thread's own. */
    SegmentFolder **folders; /* by lane */
    gint64 *written_us;      /* by lane: monotonic time of the last block */
};

static void
store_unref(SegmentStore *store)
{
    if (!g_atomic_ref_count_dec(&store->refs))
        return;
    g_queue_clear_full(&store->queue, g_free);
    g_queue_clear_full(&store->spare, g_free);
    for (unsigned i = 0; i < store->n_lanes; i++)
        segment_folder_free(store->folders[i]);
    g_free(store->folders);
    g_free(store->written_us);
    g_free(store->status);
    g_strfreev(store->lanes);
    g_free(store->folder);
    g_mutex_clear(&store->lock);
    g_cond_clear(&store->cond);
    g_free(store);
}

static SegmentLimits
limits_of(SegmentStore *store)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);

    return store->limits;
}

static void
publish(SegmentStore *store, unsigned lane)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);

    segment_folder_status(store->folders[lane], &store->status[lane].folder);
}

/* Removes what channels left behind that this input does not carry any more. */
static void
remove_strangers(const SegmentStore *store)
{
    g_autoptr(GDir) dir = g_dir_open(store->folder, 0, NULL);

    for (const char *name = NULL; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *path = g_build_filename(store->folder, name, NULL);

        if (slug_is_valid(name) && !g_strv_contains((const char *const *)store->lanes, name))
            segment_folder_remove(path);
    }
}

static void
recover(SegmentStore *store)
{
    remove_strangers(store);
    for (unsigned i = 0; i < store->n_lanes; i++) {
        segment_folder_recover(store->folders[i]);
        publish(store, i);
    }
}

static void
end_segment(SegmentStore *store, unsigned lane)
{
    const SegmentLimits limits = limits_of(store);

    segment_folder_end(store->folders[lane], &limits);
    publish(store, lane);
}

/* Completes segments whose input went silent. */
static void
end_idle(SegmentStore *store)
{
    const gint64 now_us = g_get_monotonic_time();

    for (unsigned i = 0; i < store->n_lanes; i++)
        if (segment_folder_is_open(store->folders[i]) && now_us - store->written_us[i] >= IDLE_US)
            end_segment(store, i);
}

static void
write_block(SegmentStore *store, const SegmentBlock *block)
{
    const SegmentLimits limits = limits_of(store);

    segment_folder_write(store->folders[block->lane], block, &limits);
    store->written_us[block->lane] = g_get_monotonic_time();
    publish(store, block->lane);
}

/* Puts @block (transfer full) back, or frees it where enough are there. */
static void
put_back(SegmentStore *store, SegmentBlock *block)
{
    g_autofree SegmentBlock *surplus = NULL;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);

    store->writing_us = 0;
    if (store->n_blocks > store->n_lanes + SPARE_BLOCKS) {
        store->n_blocks--;
        surplus = block;
    } else {
        g_queue_push_head(&store->spare, block);
    }
}

/* The next block, when one is there. Returns: (transfer full) (nullable): NULL after IDLE_US and at
 * the end, then @ret_stop */
static SegmentBlock *
next_block(SegmentStore *store, bool *ret_stop)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    const gint64 until_us = g_get_monotonic_time() + IDLE_US;

    while (g_queue_is_empty(&store->queue) && !store->stopping)
        if (!g_cond_wait_until(&store->cond, &store->lock, until_us))
            break;
    SegmentBlock *block = g_queue_pop_head(&store->queue);

    *ret_stop = block == NULL && store->stopping;
    if (block != NULL)
        store->writing_us = block->given_us;
    return block;
}

static gpointer
store_main(gpointer data)
{
    SegmentStore *store = data;
    bool stop = false;

    recover(store);
    while (!stop) {
        SegmentBlock *block = next_block(store, &stop);

        if (block != NULL) {
            write_block(store, block);
            put_back(store, block);
        }
        end_idle(store);
    }
    for (unsigned i = 0; i < store->n_lanes; i++)
        end_segment(store, i);
    g_mutex_lock(&store->lock);
    store->ended = true;
    g_cond_broadcast(&store->cond);
    g_mutex_unlock(&store->lock);
    store_unref(store);
    return NULL;
}

SegmentStore *
segment_store_new(const SegmentStoreSettings *settings)
{
    SegmentStore *store = g_new0(SegmentStore, 1);
    const size_t pool = MAX(SEGMENT_POOL_BYTES, settings->n_lanes * (size_t)LANE_BYTES);

    g_atomic_ref_count_init(&store->refs);
    g_atomic_ref_count_inc(&store->refs);
    store->folder = g_strdup(settings->folder);
    store->n_lanes = settings->n_lanes;
    store->lanes = g_new0(char *, settings->n_lanes + 1);
    store->folders = g_new0(SegmentFolder *, settings->n_lanes);
    store->status = g_new0(SegmentStoreStatus, settings->n_lanes);
    store->written_us = g_new0(gint64, settings->n_lanes);
    store->block_bytes = settings->n_lanes == 1 ? SEGMENT_BLOCK_BYTES : SEGMENT_BLOCK_SHARED;
    store->blocks_max = (unsigned)(pool / store->block_bytes);
    store->limits = settings->limits;
    store->reserve_bytes = settings->reserve_bytes;
    for (unsigned i = 0; i < settings->n_lanes; i++) {
        g_autofree char *path = g_build_filename(settings->folder, settings->lanes[i], NULL);

        store->lanes[i] = g_strdup(settings->lanes[i]);
        store->folders[i] = segment_folder_new(path, settings->reserve_bytes);
    }
    g_queue_init(&store->queue);
    g_queue_init(&store->spare);
    g_mutex_init(&store->lock);
    g_cond_init(&store->cond);
    g_thread_unref(g_thread_new("segments", store_main, store));
    return store;
}

SegmentBlock *
segment_store_take(SegmentStore *store)
{
    SegmentBlock *block = NULL;
    bool fresh = false;

    g_mutex_lock(&store->lock);
    block = g_queue_pop_head(&store->spare);
    fresh = block == NULL && store->n_blocks < store->blocks_max;
    store->n_blocks += fresh;
    g_mutex_unlock(&store->lock);
    if (fresh)
        block = g_malloc(sizeof *block + store->block_bytes + SEGMENT_BLOCK_TAIL);
    if (block == NULL)
        return NULL;
    memset(block, 0, sizeof *block);
    block->room = store->block_bytes;
    return block;
}

void
segment_store_give(SegmentStore *store, SegmentBlock *block)
{
    g_mutex_lock(&store->lock);
    g_queue_push_tail(&store->queue, block);
    g_cond_signal(&store->cond);
    g_mutex_unlock(&store->lock);
}

void
segment_store_set_limits(SegmentStore *store, const SegmentLimits *limits)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);

    store->limits = *limits;
}

void
segment_store_status(SegmentStore *store, unsigned lane, SegmentStoreStatus *ret_status)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    const SegmentBlock *oldest = g_queue_peek_head(&store->queue);

    *ret_status = store->status[lane];
    ret_status->waiting_us = store->writing_us != 0 ? store->writing_us
                             : oldest != NULL       ? oldest->given_us
                                                    : 0;
}

bool
segment_store_stop(SegmentStore *store, int64_t wait_us)
{
    if (store == NULL)
        return true;
    const gint64 until_us = g_get_monotonic_time() + wait_us;

    g_mutex_lock(&store->lock);
    store->stopping = true;
    g_cond_broadcast(&store->cond);
    while (!store->ended)
        if (!g_cond_wait_until(&store->cond, &store->lock, until_us))
            break;
    const bool ended = store->ended;

    g_mutex_unlock(&store->lock);
    store_unref(store);
    return ended;
}
