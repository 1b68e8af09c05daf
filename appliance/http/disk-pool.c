/* A thread pool with a way back. */
#include "appliance/http/disk-pool.h"

typedef struct {
    void (*work)(gpointer);
    void (*done)(gpointer);
    gpointer data; /* no-ref */
    GMainContext *context;
} Job;

struct DiskPool {
    GThreadPool *pool;
};

static void
job_free(gpointer data)
{
    Job *job = (Job *)data;

    g_main_context_unref(job->context);
    g_free(job);
}

static gboolean
report(gpointer data)
{
    const Job *job = (const Job *)data;

    job->done(job->data);
    return G_SOURCE_REMOVE;
}

static void
run(gpointer data, gpointer user_data)
{
    Job *job = (Job *)data;
    g_autoptr(GSource) source = g_idle_source_new();

    job->work(job->data);
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, report, job, job_free);
    g_source_attach(source, job->context);
}

DiskPool *
disk_pool_new(void)
{
    DiskPool *pool = g_new0(DiskPool, 1);

    pool->pool = g_thread_pool_new(run, NULL, (gint)DISK_POOL_THREADS, FALSE, NULL);
    return pool;
}

void
disk_pool_free(DiskPool *pool)
{
    if (pool == NULL)
        return;
    g_thread_pool_free(pool->pool, TRUE, FALSE);
    g_free(pool);
}

bool
disk_pool_push(DiskPool *pool, void (*work)(gpointer), void (*done)(gpointer), gpointer data)
{
    Job *job = g_new0(Job, 1);

    *job = (Job){work, done, data, g_main_context_ref_thread_default()};
    if (g_thread_pool_unprocessed(pool->pool) < DISK_POOL_QUEUE &&
        g_thread_pool_push(pool->pool, job, NULL))
        return true;
    job_free(job);
    return false;
}
