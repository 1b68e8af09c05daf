/* Pictures of the past on disk: STATE/thumbnails/CHANNEL/YYYYMMDDHH/MMSSmmm-PTS.jpg (see
 * thumbnail-index.h), oldest hours deleted beyond a quota. Its own thread; a slow or full disk
 * drops pictures and counts them. */
#pragma once

#include "appliance/events/picture-history.h"
#include "appliance/stores/history-writer.h"

#define THUMBNAIL_ARCHIVE_MAX_QUEUED 256u
#define THUMBNAIL_ARCHIVE_PERIOD_US  (60 * US_PER_SECOND) /* shortest between two of a channel */

typedef struct {
    const char *folder;     /* made if missing; copied */
    uint64_t quota_bytes;   /* 0: 4 GiB */
    uint64_t reserve_bytes; /* the disk's free space below which nothing is written; 0: 256 MiB */
    int64_t period_us;      /* 0: THUMBNAIL_ARCHIVE_PERIOD_US */
} ThumbnailArchiveSettings;

typedef struct {
    char state[16]; /* "ok", "behind" (the queue dropped), "failing" (disk error), "down" (full) */
    char text[256]; /* one sentence; "" when ok */
    MonoUs changed_us;     /* when @state was entered */
    uint64_t written;      /* pictures since the start */
    uint64_t dropped;      /* pictures lost to a full queue or disk since the start */
    uint64_t stored_bytes; /* in the archive */
} ThumbnailArchiveStatus;

/* Called on the archive's thread for every picture written and every hour deleted: must not block.
 */
typedef void (*ThumbnailListener)(const ThumbnailRow *row, gpointer user_data);

typedef struct ThumbnailArchive ThumbnailArchive;

/* Starts the thread. @listener: (nullable). Returns: (transfer full): ended by
 * thumbnail_archive_stop() */
ThumbnailArchive *thumbnail_archive_new(const ThumbnailArchiveSettings *settings,
                                        ThumbnailListener listener,
                                        gpointer user_data);

/* Queues a picture unless the channel had one within the period. @pts: 90 kHz; PTS90_MODULUS: none;
 * @jpeg: a reference is taken. Any
 * thread, never blocks. */
void thumbnail_archive_add(
    ThumbnailArchive *archive, const char *channel, WallUs captured_us, uint64_t pts, GBytes *jpeg);

/* What is kept, for readers on threads that may block; good as long as the archive. */
void thumbnail_archive_get_history(ThumbnailArchive *archive, PictureHistory *ret_history);

void thumbnail_archive_get_status(ThumbnailArchive *archive, ThumbnailArchiveStatus *ret_status);

/* Writes what is queued for at most @wait_us, then ends the thread; a thread that hangs in the disk
 * frees its memory when it returns. (nullable) */
void thumbnail_archive_stop(ThumbnailArchive *archive, int64_t wait_us);
