/* A pool of one thread. */
#include "appliance/http/password-worker.h"

#include <sodium.h>
#include <string.h>

#define OPERATIONS   2u
#define MEMORY_BYTES (19u << 20)

typedef struct {
    char *hash; /* (nullable) to check against; what a new password hashed to */
    char *password;
    bool makes; /* a hash is wanted, not a check */
    bool right;
    PasswordDone done;
    gpointer user_data;
    GMainContext *context;
} Job;

struct PasswordWorker {
    GThreadPool *pool;
    char *decoy; /* hash of something random */
};

static void
job_free(gpointer data)
{
    Job *job = (Job *)data;

    sodium_memzero(job->password, strlen(job->password));
    g_free(job->password);
    g_free(job->hash);
    g_main_context_unref(job->context);
    g_free(job);
}

static gboolean
report(gpointer data)
{
    const Job *job = (const Job *)data;

    job->done(job->right, job->makes ? job->hash : NULL, job->user_data);
    return G_SOURCE_REMOVE;
}

static char *
hash_of(const char *password)
{
    char hash[crypto_pwhash_STRBYTES];

    if (crypto_pwhash_str(hash, password, strlen(password), OPERATIONS, MEMORY_BYTES) != 0)
        return NULL;
    return g_strdup(hash);
}

static void
work(gpointer data, gpointer user_data)
{
    Job *job = (Job *)data;
    const PasswordWorker *worker = (const PasswordWorker *)user_data;
    g_autoptr(GSource) source = g_idle_source_new();

    if (job->makes) {
        job->hash = hash_of(job->password);
        job->right = job->hash != NULL;
    } else {
        const char *against = job->hash != NULL ? job->hash : worker->decoy;
        const bool fits = against != NULL && crypto_pwhash_str_verify(against, job->password,
                                                                      strlen(job->password)) == 0;

        job->right = fits && job->hash != NULL;
    }
    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, report, job, job_free);
    g_source_attach(source, job->context);
}

PasswordWorker *
password_worker_new(void)
{
    PasswordWorker *worker = g_new0(PasswordWorker, 1);
    unsigned char random[16];
    char text[2 * sizeof random + 1];

    randombytes_buf(random, sizeof random);
    worker->decoy = hash_of(sodium_bin2hex(text, sizeof text, random, sizeof random));
    worker->pool = g_thread_pool_new(work, worker, 1, FALSE, NULL);
    return worker;
}

void
password_worker_free(PasswordWorker *worker)
{
    if (worker == NULL)
        return;
    g_thread_pool_free(worker->pool, FALSE, TRUE);
    g_free(worker->decoy);
    g_free(worker);
}

static bool
push(PasswordWorker *worker, Job *job)
{
    job->context = g_main_context_ref_thread_default();
    if (g_thread_pool_unprocessed(worker->pool) >= PASSWORD_QUEUE_MAX ||
        !g_thread_pool_push(worker->pool, job, NULL)) {
        job_free(job);
        return false;
    }
    return true;
}

bool
password_check(PasswordWorker *worker,
               const char *hash,
               const char *password,
               PasswordDone done,
               gpointer user_data)
{
    Job *job = g_new0(Job, 1);

    job->hash = g_strdup(hash);
    job->password = g_strdup(password);
    job->done = done;
    job->user_data = user_data;
    return push(worker, job);
}

bool
password_hash(PasswordWorker *worker, const char *password, PasswordDone done, gpointer user_data)
{
    Job *job = g_new0(Job, 1);

    job->makes = true;
    job->password = g_strdup(password);
    job->done = done;
    job->user_data = user_data;
    return push(worker, job);
}
