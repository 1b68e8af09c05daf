/* Sleeping, waking and ending. */
#include "appliance/stores/store-thread.h"

#include <signal.h>

#include "pipelines/base/clock.h"

void
store_thread_init(StoreThread *thread)
{
    *thread = (StoreThread){.ended = true};
    g_mutex_init(&thread->lock);
    g_cond_init(&thread->cond);
}

void
store_thread_clear(StoreThread *thread)
{
    g_mutex_clear(&thread->lock);
    g_cond_clear(&thread->cond);
}

typedef struct {
    GThreadFunc main;
    gpointer data;
} Start;

/* A peer that went away is an error of the next write, not the end of the process. */
static gpointer
run(gpointer data)
{
    g_autofree Start *start = data;
    sigset_t pipe_only;

    (void)sigemptyset(&pipe_only);
    (void)sigaddset(&pipe_only, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_only, NULL);
    return start->main(start->data);
}

void
store_thread_start(StoreThread *thread, const char *name, GThreadFunc main, gpointer data)
{
    const Start start = {.main = main, .data = data};

    thread->ended = false;
    g_thread_unref(g_thread_new(name, run, g_memdup2(&start, sizeof start)));
}

void
store_thread_wake(StoreThread *thread)
{
    g_mutex_lock(&thread->lock);
    thread->woken = true;
    g_cond_broadcast(&thread->cond);
    g_mutex_unlock(&thread->lock);
}

bool
store_thread_wait(StoreThread *thread, MonoUs until_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&thread->lock);
    const int64_t wait_us = until_us - boot_now_us();
    const int64_t end_us = g_get_monotonic_time() + CLAMP(wait_us, 0, 3600 * US_PER_SECOND);

    while (!thread->woken && !thread->stopping) {
        if (!g_cond_wait_until(&thread->cond, &thread->lock, end_us))
            break;
    }
    thread->woken = false;
    return !thread->stopping;
}

bool
store_thread_is_stopping(StoreThread *thread)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&thread->lock);

    return thread->stopping;
}

void
store_thread_ended(StoreThread *thread)
{
    g_mutex_lock(&thread->lock);
    thread->ended = true;
    g_cond_broadcast(&thread->cond);
    g_mutex_unlock(&thread->lock);
}

void
store_thread_ask_stop(StoreThread *thread)
{
    g_mutex_lock(&thread->lock);
    thread->stopping = true;
    g_cond_broadcast(&thread->cond);
    g_mutex_unlock(&thread->lock);
}

bool
store_thread_wait_end(StoreThread *thread, int64_t wait_us)
{
    g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&thread->lock);
    const int64_t end_us = g_get_monotonic_time() + wait_us;

    while (!thread->ended) {
        if (!g_cond_wait_until(&thread->cond, &thread->lock, end_us))
            break;
    }
    return thread->ended;
}
