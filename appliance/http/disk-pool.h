/* Work that blocks on disk, done by a few threads of its own; its end is told on the thread that
 * asked. A disk that hangs holds these threads and nobody else. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define DISK_POOL_THREADS 4u
#define DISK_POOL_QUEUE   32u /* jobs that wait; more are refused */

typedef struct DiskPool DiskPool;

DiskPool *disk_pool_new(void); /* Returns: (transfer full) */

/* Does not wait for what hangs. (nullable) */
void disk_pool_free(DiskPool *pool);

/* Calls @work (data) on another thread, then @done (data) on this one, whose thread-default context
 * must run. Neither touches what the other may use meanwhile. Returns: false: too much waits, and
 * nothing is called */
bool disk_pool_push(DiskPool *pool, void (*work)(gpointer), void (*done)(gpointer), gpointer data);
