/* The archive's thread: writing pictures, deleting the oldest hours. */
#include "appliance/stores/thumbnail-archive.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "appliance/stores/store-thread.h"
#include "appliance/stores/thumbnail-hours.h"
#include "appliance/stores/thumbnail-index.h"
#include "pipelines/base/clock.h"
#include "pipelines/base/slug.h"

#define DEFAULT_QUOTA   (UINT64_C(4) << 30)
#define DEFAULT_RESERVE (UINT64_C(256) << 20)
#define IDLE_US         (60 * US_PER_SECOND)
#define FOLDER_MODE     0750
#define FILE_MODE       0640
#define MAX_CHANNELS    4096u

typedef struct {
    char *channel;
    WallUs captured_us;
    uint64_t pts;
    GBytes *jpeg;
} Picture;

struct ThumbnailArchive {
    gatomicrefcount refs; /* of the owner and of the thread */
    char *folder;
    uint64_t quota_bytes;
    uint64_t reserve_bytes;
    int64_t period_us;
    ThumbnailListener listener; /* (nullable) */
    gpointer user_data;

    StoreThread thread; /* its lock guards what follows, up to the next comment */
    GQueue queue;       /* (element-type Picture) */
    GHashTable *last;   /* (element-type utf8 gint64): when a channel's picture was last queued */
    EventSinkStatus state;
    ThumbnailArchiveStatus counts;

    /* The thread's own. */
    ThumbnailHours *hours; /* (nullable): NULL until the folder was read */
};

static void
picture_free(gpointer data)
{
    Picture *picture = data;

    g_free(picture->channel);
    g_bytes_unref(picture->jpeg);
    g_free(picture);
}

static void
archive_unref(ThumbnailArchive *archive)
{
    if (!g_atomic_ref_count_dec(&archive->refs))
        return;
    g_queue_clear_full(&archive->queue, picture_free);
    g_hash_table_unref(archive->last);
    g_clear_pointer(&archive->hours, thumbnail_hours_free);
    store_thread_clear(&archive->thread);
    g_free(archive->folder);
    g_free(archive);
}

static void
set_state(ThumbnailArchive *archive, const char *state, const char *text)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&archive->thread.lock);

    event_sink_status_set(&archive->state, state, text, boot_now_us());
}

static bool
write_all(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(fd, data, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* A reader sees the whole picture or none. It is not synced: a picture is no fact. */
static bool
write_picture(const char *path, GBytes *jpeg)
{
    g_autofree char *temporary = g_strconcat(path, ".new", NULL);
    gsize size = 0;
    const uint8_t *data = g_bytes_get_data(jpeg, &size);
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);

    if (fd < 0)
        return false;
    const bool written = write_all(fd, data, size);

    if (close(fd) == 0 && written && g_rename(temporary, path) == 0)
        return true;
    const int reason = errno;

    (void)g_unlink(temporary);
    errno = reason;
    return false;
}

static bool
disk_is_full(const ThumbnailArchive *archive)
{
    struct statvfs disk;

    return statvfs(archive->folder, &disk) == 0 &&
           (uint64_t)disk.f_bavail * disk.f_frsize < archive->reserve_bytes;
}

static void
tell(ThumbnailArchive *archive, const ThumbnailRow *row)
{
    if (archive->listener != NULL)
        archive->listener(row, archive->user_data);
}

/* Deletes hours, oldest first, until @extra more bytes fit into the quota. */
static void
make_room(ThumbnailArchive *archive, uint64_t extra)
{
    ThumbnailHour hour;

    while (thumbnail_hours_bytes(archive->hours) + extra > archive->quota_bytes &&
           thumbnail_hours_drop_oldest(archive->hours, &hour)) {
        const ThumbnailRow row = {
            .channel = hour.channel, .captured_us = hour.end_us, .path = "", .dropped = true};

        tell(archive, &row);
        thumbnail_hour_clear(&hour);
    }
}

static void
count_dropped(ThumbnailArchive *archive)
{
    g_mutex_lock(&archive->thread.lock);
    archive->counts.dropped++;
    g_mutex_unlock(&archive->thread.lock);
}

static void
count_written(ThumbnailArchive *archive)
{
    g_mutex_lock(&archive->thread.lock);
    archive->counts.written++;
    archive->counts.stored_bytes = thumbnail_hours_bytes(archive->hours);
    g_mutex_unlock(&archive->thread.lock);
}

static void
store(ThumbnailArchive *archive, const Picture *picture)
{
    g_autofree char *below = thumbnail_path(picture->channel, picture->captured_us, picture->pts);
    const size_t size = g_bytes_get_size(picture->jpeg);

    if (below == NULL)
        return;
    g_autofree char *path = g_build_filename(archive->folder, below, NULL);
    g_autofree char *folder = g_path_get_dirname(path);

    make_room(archive, size);
    if (disk_is_full(archive)) {
        set_state(archive, "down", "The disk is nearly full: no thumbnails are archived.");
        count_dropped(archive);
        return;
    }
    if (g_mkdir_with_parents(folder, FOLDER_MODE) != 0 || !write_picture(path, picture->jpeg)) {
        g_autofree char *text =
            g_strdup_printf("A thumbnail could not be written: %s.", g_strerror(errno));

        set_state(archive, "failing", text);
        count_dropped(archive);
        return;
    }
    const ThumbnailRow row = {.channel = picture->channel,
                              .captured_us = picture->captured_us,
                              .path = below,
                              .bytes = (uint32_t)size};

    thumbnail_hours_add(archive->hours, picture->channel, picture->captured_us, size);
    count_written(archive);
    set_state(archive, "ok", "");
    tell(archive, &row);
}

static Picture *
next_picture(ThumbnailArchive *archive)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&archive->thread.lock);

    return g_queue_pop_head(&archive->queue);
}

static gpointer
archive_main(gpointer data)
{
    ThumbnailArchive *archive = data;
    Picture *picture = NULL;

    (void)g_mkdir_with_parents(archive->folder, FOLDER_MODE);
    archive->hours = thumbnail_hours_read(archive->folder);
    do {
        while ((picture = next_picture(archive)) != NULL) {
            store(archive, picture);
            picture_free(picture);
        }
    } while (store_thread_wait(&archive->thread, boot_now_us() + IDLE_US));
    while ((picture = next_picture(archive)) != NULL) {
        store(archive, picture);
        picture_free(picture);
    }
    store_thread_ended(&archive->thread);
    archive_unref(archive);
    return NULL;
}

ThumbnailArchive *
thumbnail_archive_new(const ThumbnailArchiveSettings *settings,
                      ThumbnailListener listener,
                      gpointer user_data)
{
    ThumbnailArchive *archive = g_new0(ThumbnailArchive, 1);

    g_atomic_ref_count_init(&archive->refs);
    g_atomic_ref_count_inc(&archive->refs);
    archive->folder = g_strdup(settings->folder);
    archive->quota_bytes = settings->quota_bytes != 0 ? settings->quota_bytes : DEFAULT_QUOTA;
    archive->reserve_bytes =
        settings->reserve_bytes != 0 ? settings->reserve_bytes : DEFAULT_RESERVE;
    archive->period_us =
        settings->period_us != 0 ? settings->period_us : THUMBNAIL_ARCHIVE_PERIOD_US;
    archive->listener = listener;
    archive->user_data = user_data;
    g_queue_init(&archive->queue);
    archive->last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    event_sink_status_set(&archive->state, "ok", "", boot_now_us());
    store_thread_init(&archive->thread);
    store_thread_start(&archive->thread, "thumbnails", archive_main, archive);
    return archive;
}

/* Under the lock. Whether the channel's last picture was long enough ago; a clock that was set back
 * does not stop the archive. */
static bool
is_due(ThumbnailArchive *archive, const char *channel, WallUs captured_us)
{
    const gint64 *last = g_hash_table_lookup(archive->last, channel);

    if (last != NULL && captured_us >= *last && captured_us - *last < archive->period_us)
        return false;
    if (last == NULL && g_hash_table_size(archive->last) >= MAX_CHANNELS)
        g_hash_table_remove_all(archive->last);
    g_hash_table_insert(archive->last, g_strdup(channel),
                        g_memdup2(&captured_us, sizeof captured_us));
    return true;
}

void
thumbnail_archive_add(
    ThumbnailArchive *archive, const char *channel, WallUs captured_us, uint64_t pts, GBytes *jpeg)
{
    g_return_if_fail(slug_is_valid(channel));

    bool added = false;

    g_mutex_lock(&archive->thread.lock);
    if (archive->queue.length >= THUMBNAIL_ARCHIVE_MAX_QUEUED) {
        archive->counts.dropped++;
        event_sink_status_set(&archive->state, "behind",
                              "The disk takes thumbnails too slowly: some are not archived.",
                              boot_now_us());
    } else if (is_due(archive, channel, captured_us)) {
        Picture *picture = g_new0(Picture, 1);

        picture->channel = g_strdup(channel);
        picture->captured_us = captured_us;
        picture->pts = pts;
        picture->jpeg = g_bytes_ref(jpeg);
        g_queue_push_tail(&archive->queue, picture);
        added = true;
    }
    g_mutex_unlock(&archive->thread.lock);
    if (added)
        store_thread_wake(&archive->thread);
}

void
thumbnail_archive_get_history(ThumbnailArchive *archive, PictureHistory *ret_history)
{
    *ret_history = (PictureHistory){
        .self = archive->folder, .list = thumbnail_index_list, .read = thumbnail_index_read};
}

void
thumbnail_archive_get_status(ThumbnailArchive *archive, ThumbnailArchiveStatus *ret_status)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&archive->thread.lock);

    *ret_status = archive->counts;
    (void)g_strlcpy(ret_status->state, archive->state.state, sizeof ret_status->state);
    (void)g_strlcpy(ret_status->text, archive->state.text, sizeof ret_status->text);
    ret_status->changed_us = archive->state.changed_us;
}

void
thumbnail_archive_stop(ThumbnailArchive *archive, int64_t wait_us)
{
    if (archive == NULL)
        return;
    store_thread_ask_stop(&archive->thread);
    (void)store_thread_wait_end(&archive->thread, wait_us);
    archive_unref(archive);
}
