/* How far each sink has read: in memory at once, on disk within a second, by a thread of its own,
 * so that a hung disk neither holds up a sink nor the journal. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct CursorStore CursorStore;

/* Reads the cursors kept in @folder (made if missing) and starts the thread. Files that are no
 * cursor are left alone. Returns: (transfer full): or %NULL with the error */
CursorStore *cursor_store_open(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes what is unwritten, for at most @wait_us, and ends the thread. Later changes stay in
 * memory. */
void cursor_store_stop(CursorStore *store, int64_t wait_us);

/* Gives up the store; a thread that still hangs in the disk keeps what it needs. (nullable) */
void cursor_store_free(CursorStore *store);

/* Any thread, never block. @name: slug; others are ignored. */
uint64_t cursor_store_get(CursorStore *store, const char *name, uint64_t initial);
void cursor_store_set(CursorStore *store, const char *name, uint64_t seq);

/* Forgets a cursor, of a receiver that is gone: it no longer holds segments back. */
void cursor_store_drop(CursorStore *store, const char *name);

/* Least and greatest of all cursors; @if_none without any. */
uint64_t cursor_store_least(CursorStore *store, uint64_t if_none);
uint64_t cursor_store_greatest(CursorStore *store, uint64_t if_none);
