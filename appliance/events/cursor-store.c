/* A table of cursors, and the thread that writes it behind: temporary file, fsync, rename. */
#include "appliance/events/cursor-store.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/units.h"

#define GATHER_US (200 * US_PER_MS) /* changes within are written together */
#define RETRY_US  (1 * US_PER_SECOND)

typedef struct {
    uint64_t seq;
    bool dirty; /* not yet on disk */
    bool gone;  /* to be removed from disk */
} Cursor;

struct CursorStore {
    GMutex lock;         /* over all below */
    GCond changed;       /* a cursor is dirty, or @stopping or @ended was set */
    GHashTable *cursors; /* (element-type utf8 Cursor) */
    char *folder;
    bool dirty; /* some cursor is */
    bool stopping;
    bool ended; /* the thread has left */
};

static void
store_clear(gpointer data)
{
    CursorStore *store = data;

    g_hash_table_unref(store->cursors);
    g_mutex_clear(&store->lock);
    g_cond_clear(&store->changed);
    g_free(store->folder);
}

static bool
write_all(int fd, const char *text)
{
    const size_t size = strlen(text);

    return write(fd, text, size) == (ssize_t)size && fdatasync(fd) == 0;
}

/* Writes one cursor file whole. Returns false if the disk did not take it. */
static bool
write_cursor(const char *folder, const char *name, uint64_t seq)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *temporary = g_strdup_printf("%s/.%s.new", folder, name);
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT "\n", seq);
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    const bool written = write_all(fd, text);

    close(fd);
    return written && rename(temporary, path) == 0;
}

static void
sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

/* Takes copies of all dirty cursors. Called with the lock held. */
static GHashTable *
take_dirty(CursorStore *store)
{
    GHashTable *taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter iter;
    gpointer name, value;

    g_hash_table_iter_init(&iter, store->cursors);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        Cursor *cursor = value;

        if (!cursor->dirty)
            continue;
        g_hash_table_insert(taken, g_strdup(name), g_memdup2(cursor, sizeof *cursor));
        cursor->dirty = false;
        if (cursor->gone)
            g_hash_table_iter_remove(&iter);
    }
    store->dirty = false;
    return taken;
}

/* Puts back what the disk did not take, unless it was set anew meanwhile. Lock held. */
static void
put_back(CursorStore *store, const char *name, const Cursor *cursor)
{
    Cursor *present = g_hash_table_lookup(store->cursors, name);

    store->dirty = true;
    if (present != NULL)
        present->dirty = true;
    else
        g_hash_table_insert(store->cursors, g_strdup(name), g_memdup2(cursor, sizeof *cursor));
    present = g_hash_table_lookup(store->cursors, name);
    present->dirty = true;
}

/* Writes @taken without the lock. Returns whether all of it is on disk. */
static bool
write_taken(CursorStore *store, GHashTable *taken)
{
    GHashTableIter iter;
    gpointer name, value;
    bool all = true;

    g_hash_table_iter_init(&iter, taken);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        const Cursor *cursor = value;
        g_autofree char *path = g_build_filename(store->folder, name, NULL);
        const bool done = cursor->gone ? unlink(path) == 0 || errno == ENOENT
                                       : write_cursor(store->folder, name, cursor->seq);

        if (done)
            continue;
        all = false;
        g_mutex_lock(&store->lock);
        put_back(store, name, cursor);
        g_mutex_unlock(&store->lock);
    }
    sync_folder(store->folder);
    return all;
}

static void
wait_until_due(CursorStore *store, int64_t pause_us)
{
    const int64_t due_us = g_get_monotonic_time() + pause_us;

    while (!store->stopping && g_cond_wait_until(&store->changed, &store->lock, due_us))
        ;
}

static gpointer
run(gpointer data)
{
    CursorStore *store = data;

    g_mutex_lock(&store->lock);
    while (!store->stopping || store->dirty) {
        if (!store->dirty) {
            g_cond_wait(&store->changed, &store->lock);
            continue;
        }
        wait_until_due(store, GATHER_US);
        g_autoptr(GHashTable) taken = take_dirty(store);
        const bool last = store->stopping;

        g_mutex_unlock(&store->lock);
        const bool all = write_taken(store, taken);

        g_mutex_lock(&store->lock);
        if (!all && last)
            break;
        if (!all)
            wait_until_due(store, RETRY_US);
    }
    store->ended = true;
    g_cond_broadcast(&store->changed);
    g_mutex_unlock(&store->lock);
    g_atomic_rc_box_release_full(store, store_clear);
    return NULL;
}

static void
load(CursorStore *store)
{
    g_autoptr(GDir) dir = g_dir_open(store->folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(store->folder, name, NULL);
        g_autofree char *text = NULL;
        guint64 seq;

        if (!slug_is_valid(name) || !g_file_get_contents(path, &text, NULL, NULL))
            continue;
        if (!g_ascii_string_to_unsigned(g_strstrip(text), 10, 0, G_MAXINT64, &seq, NULL))
            continue;
        Cursor *cursor = g_new0(Cursor, 1);

        cursor->seq = seq;
        g_hash_table_insert(store->cursors, g_strdup(name), cursor);
    }
}

CursorStore *
cursor_store_open(const char *folder, GError **error)
{
    if (g_mkdir_with_parents(folder, 0700) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making %s: %s", folder,
                    g_strerror(errno));
        return NULL;
    }
    CursorStore *store = g_atomic_rc_box_new0(CursorStore);

    g_mutex_init(&store->lock);
    g_cond_init(&store->changed);
    store->cursors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    store->folder = g_strdup(folder);
    load(store);
    g_thread_unref(g_thread_new("cursors", run, g_atomic_rc_box_acquire(store)));
    return store;
}

void
cursor_store_stop(CursorStore *store, int64_t wait_us)
{
    const int64_t due_us = g_get_monotonic_time() + wait_us;

    g_mutex_lock(&store->lock);
    store->stopping = true;
    g_cond_broadcast(&store->changed);
    while (!store->ended && g_cond_wait_until(&store->changed, &store->lock, due_us))
        ;
    g_mutex_unlock(&store->lock);
}

void
cursor_store_free(CursorStore *store)
{
    if (store == NULL)
        return;
    g_mutex_lock(&store->lock);
    store->stopping = true;
    g_cond_broadcast(&store->changed);
    g_mutex_unlock(&store->lock);
    g_atomic_rc_box_release_full(store, store_clear);
}

uint64_t
cursor_store_get(CursorStore *store, const char *name, uint64_t initial)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    const Cursor *cursor = g_hash_table_lookup(store->cursors, name);

    return cursor != NULL && !cursor->gone ? cursor->seq : initial;
}

/* Changes one cursor and wakes the thread. */
static void
change(CursorStore *store, const char *name, uint64_t seq, bool gone)
{
    g_return_if_fail(slug_is_valid(name));

    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    Cursor *cursor = g_hash_table_lookup(store->cursors, name);

    if (cursor == NULL) {
        cursor = g_new0(Cursor, 1);
        g_hash_table_insert(store->cursors, g_strdup(name), cursor);
    } else if (cursor->seq == seq && cursor->gone == gone) {
        return;
    }
    *cursor = (Cursor){.seq = seq, .gone = gone, .dirty = true};
    store->dirty = true;
    g_cond_broadcast(&store->changed);
}

void
cursor_store_set(CursorStore *store, const char *name, uint64_t seq)
{
    change(store, name, seq, false);
}

void
cursor_store_drop(CursorStore *store, const char *name)
{
    change(store, name, 0, true);
}

uint64_t
cursor_store_least(CursorStore *store, uint64_t if_none)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    GHashTableIter iter;
    gpointer value;
    uint64_t least = UINT64_MAX;

    g_hash_table_iter_init(&iter, store->cursors);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Cursor *cursor = value;

        if (!cursor->gone)
            least = MIN(least, cursor->seq);
    }
    return least == UINT64_MAX ? if_none : least;
}

uint64_t
cursor_store_greatest(CursorStore *store, uint64_t if_none)
{
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&store->lock);
    GHashTableIter iter;
    gpointer value;
    uint64_t greatest = 0;

    g_hash_table_iter_init(&iter, store->cursors);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        greatest = MAX(greatest, ((const Cursor *)value)->seq);
    return greatest == 0 ? if_none : greatest;
}
