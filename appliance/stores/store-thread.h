/* The one thread of a store: a loop that sleeps until it is woken, a time comes, or it is told to
 * stop. Its lock also guards what others hand to that thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct {
    GMutex lock;
    GCond cond;
    bool woken;
    bool stopping;
    bool ended;
} StoreThread;

void store_thread_init(StoreThread *thread);
void store_thread_clear(StoreThread *thread); /* only after it has ended, or was never started */

/* Runs @main with @data in a new thread, which must call store_thread_ended() last. */
void store_thread_start(StoreThread *thread, const char *name, GThreadFunc main, gpointer data);

void store_thread_wake(StoreThread *thread); /* any thread */

/* Sleeps until woken or until @until_us (boot clock). Returns: false when it is to stop. */
bool store_thread_wait(StoreThread *thread, MonoUs until_us);

bool store_thread_is_stopping(StoreThread *thread);
void store_thread_ended(StoreThread *thread);

/* Tells the thread to stop. */
void store_thread_ask_stop(StoreThread *thread);

/* Waits for the end of a thread that was asked to. Returns: false if it did not end in @wait_us */
bool store_thread_wait_end(StoreThread *thread, int64_t wait_us);
