/* One lock over a few tables. */
#include "appliance/http/board.h"

#include <math.h>

#define N_SIZES     2   /* pictures of each channel: small and large */
#define SMALL_WIDTH 256 /* up to this width a picture is the small one */

struct Board {
    GMutex lock; /* over everything below */
    Snapshot *snapshot;
    AccountBook *accounts;
    bool accounts_known;
    GHashTable *pictures[N_SIZES]; /* channel id: BoardPicture */
    GHashTable *levels;            /* channel id: BoardLevels */
    GQueue events;                 /* Event */
    uint64_t lost;                 /* events, since they were last taken */
    uint64_t seq;                  /* of the last picture */
    void (*woken)(gpointer user_data);
    gpointer user_data; /* no-ref */
};

Board *
board_new(uint64_t first_seq, void (*woken)(gpointer user_data), gpointer user_data)
{
    Board *board = g_new0(Board, 1);

    g_mutex_init(&board->lock);
    board->snapshot = snapshot_new();
    board->accounts = account_book_new(0);
    for (size_t i = 0; i < N_SIZES; i++)
        board->pictures[i] = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                                   (GDestroyNotify)board_picture_free);
    board->levels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&board->events);
    board->seq = first_seq;
    board->woken = woken;
    board->user_data = user_data;
    return board;
}

void
board_free(Board *board)
{
    if (board == NULL)
        return;
    snapshot_unref(board->snapshot);
    account_book_unref(board->accounts);
    for (size_t i = 0; i < N_SIZES; i++)
        g_hash_table_unref(board->pictures[i]);
    g_hash_table_unref(board->levels);
    g_queue_clear_full(&board->events, (GDestroyNotify)event_unref);
    g_mutex_clear(&board->lock);
    g_free(board);
}

void
board_put_snapshot(Board *board, Snapshot *snapshot)
{
    g_autoptr(Snapshot) before = NULL;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);

    before = board->snapshot;
    board->snapshot = snapshot_ref(snapshot);
}

Snapshot *
board_get_snapshot(Board *board)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);

    return snapshot_ref(board->snapshot);
}

void
board_put_accounts(Board *board, AccountBook *book)
{
    g_autoptr(AccountBook) before = NULL;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);

    before = board->accounts;
    board->accounts = account_book_ref(book);
    board->accounts_known = true;
}

bool
board_knows_accounts(Board *board)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);

    return board->accounts_known;
}

AccountBook *
board_get_accounts(Board *board)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);

    return account_book_ref(board->accounts);
}

void
board_picture_free(BoardPicture *picture)
{
    if (picture == NULL)
        return;
    g_free(picture->channel_id);
    g_bytes_unref(picture->jpeg);
    g_free(picture);
}

static BoardPicture *
picture_copy(const BoardPicture *picture)
{
    BoardPicture *copy = (BoardPicture *)g_memdup2(picture, sizeof *picture);

    copy->channel_id = g_strdup(picture->channel_id);
    g_bytes_ref(copy->jpeg);
    return copy;
}

void
board_put_picture(Board *board, const HttpThumbnail *thumbnail)
{
    BoardPicture *picture = g_new0(BoardPicture, 1);
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);
    GHashTable *pictures = board->pictures[thumbnail->width <= SMALL_WIDTH ? 0 : 1];

    *picture = (BoardPicture){
        .channel_id = g_strdup(thumbnail->channel_id),
        .seq = ++board->seq,
        .width = thumbnail->width,
        .height = thumbnail->height,
        .captured_us = thumbnail->captured_us,
        .captured_wall_us = thumbnail->captured_wall_us,
        .pts = thumbnail->pts,
        .stale_after_us = thumbnail->stale_after_us,
        .jpeg = g_bytes_ref(thumbnail->jpeg),
    };
    if (g_hash_table_size(pictures) >= BOARD_CHANNELS_MAX &&
        !g_hash_table_contains(pictures, picture->channel_id)) {
        board_picture_free(picture); /* more channels than any box has: not ours */
        return;
    }
    g_hash_table_replace(pictures, picture->channel_id, picture);
}

BoardPicture *
board_get_picture(Board *board, const char *channel_id, unsigned width)
{
    const size_t first = width <= SMALL_WIDTH ? 0 : 1;
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);
    const BoardPicture *picture =
        (const BoardPicture *)g_hash_table_lookup(board->pictures[first], channel_id);

    if (picture == NULL)
        picture = (const BoardPicture *)g_hash_table_lookup(board->pictures[1 - first], channel_id);
    return picture != NULL ? picture_copy(picture) : NULL;
}

static int
by_seq(gconstpointer a, gconstpointer b)
{
    const BoardPicture *first = *(const BoardPicture *const *)a;
    const BoardPicture *second = *(const BoardPicture *const *)b;

    return first->seq < second->seq ? -1 : first->seq > second->seq;
}

GPtrArray *
board_get_pictures(Board *board, unsigned width, uint64_t since, uint64_t *ret_latest)
{
    const size_t first = width <= SMALL_WIDTH ? 0 : 1;
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)board_picture_free);
    GHashTableIter iter;
    gpointer value;

    g_mutex_lock(&board->lock);
    for (size_t i = 0; i < N_SIZES; i++) {
        GHashTable *preferred = board->pictures[first];

        g_hash_table_iter_init(&iter, board->pictures[i]);
        while (g_hash_table_iter_next(&iter, NULL, &value)) {
            const BoardPicture *picture = (const BoardPicture *)value;

            if (picture->seq <= since)
                continue;
            if (i == first || !g_hash_table_contains(preferred, picture->channel_id))
                g_ptr_array_add(found, picture_copy(picture));
        }
    }
    *ret_latest = board->seq;
    g_mutex_unlock(&board->lock);
    g_ptr_array_sort(found, by_seq);
    return found;
}

void
board_put_levels(Board *board, const char *channel_id, const BoardLevels *levels)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);
    BoardLevels *known = (BoardLevels *)g_hash_table_lookup(board->levels, channel_id);

    if (known != NULL)
        *known = *levels;
    else if (g_hash_table_size(board->levels) < BOARD_CHANNELS_MAX)
        g_hash_table_insert(board->levels, g_strdup(channel_id), g_memdup2(levels, sizeof *levels));
}

bool
board_get_levels(Board *board, const char *channel_id, BoardLevels *ret_levels)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);
    const BoardLevels *known = (const BoardLevels *)g_hash_table_lookup(board->levels, channel_id);

    if (known == NULL)
        return false;
    *ret_levels = *known;
    return true;
}

uint8_t
board_level_byte(float dbfs)
{
    if (isnan(dbfs))
        return LEVEL_UNKNOWN;
    return (uint8_t)CLAMP(dbfs - DBFS_SILENCE + 0.5F, 0.0F, (float)LEVEL_FULL);
}

void
board_put_event(Board *board, Event *event)
{
    bool first;

    g_mutex_lock(&board->lock);
    first = g_queue_is_empty(&board->events);
    if (g_queue_get_length(&board->events) >= BOARD_EVENTS_MAX) {
        event_unref((Event *)g_queue_pop_head(&board->events));
        board->lost++;
    }
    g_queue_push_tail(&board->events, event_ref(event));
    g_mutex_unlock(&board->lock);
    if (first)
        board->woken(board->user_data);
}

uint64_t
board_take_events(Board *board, GPtrArray *events)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&board->lock);
    const uint64_t lost = board->lost;
    Event *event;

    while ((event = (Event *)g_queue_pop_head(&board->events)) != NULL)
        g_ptr_array_add(events, event);
    board->lost = 0;
    return lost;
}
