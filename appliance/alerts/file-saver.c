/* One thread, one file after the other. */
#include "appliance/alerts/file-saver.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define FOLDER_MODE 0700
#define FILE_MODE   0600

struct FileSaver {
    GThreadPool *pool; /* of one thread; gone with the last file after file_saver_free() */
    FileSaved saved;
    gpointer user_data;
};

typedef struct {
    const FileSaver *saver;
    char *path;
    GBytes *bytes; /* (nullable): NULL to delete */
    gpointer job;
} SaveJob;

static void
sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

static bool
save(const char *path, GBytes *bytes)
{
    g_autofree char *folder = g_path_get_dirname(path);
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);

    if (g_mkdir_with_parents(folder, FOLDER_MODE) != 0)
        return false;
    if (!g_file_set_contents_full(path, data, (gssize)size,
                                  G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                  FILE_MODE, NULL))
        return false;
    sync_folder(folder);
    return true;
}

static void
run_job(gpointer data, gpointer user_data)
{
    SaveJob *job = data;
    const FileSaver *saver = user_data;

    if (job->bytes != NULL)
        saver->saved(job->job, save(job->path, job->bytes), saver->user_data);
    else
        (void)g_unlink(job->path);
    g_free(job->path);
    g_clear_pointer(&job->bytes, g_bytes_unref);
    g_free(job);
}

FileSaver *
file_saver_new(FileSaved saved, gpointer user_data)
{
    FileSaver *saver = g_new0(FileSaver, 1);

    saver->saved = saved;
    saver->user_data = user_data;
    saver->pool = g_thread_pool_new(run_job, saver, 1, FALSE, NULL);
    return saver;
}

void
file_saver_save(FileSaver *saver, const char *path, GBytes *bytes, gpointer job)
{
    SaveJob *save_job = g_new0(SaveJob, 1);

    save_job->path = g_strdup(path);
    save_job->bytes = g_bytes_ref(bytes);
    save_job->job = job;
    (void)g_thread_pool_push(saver->pool, save_job, NULL);
}

void
file_saver_delete(FileSaver *saver, const char *path)
{
    SaveJob *job = g_new0(SaveJob, 1);

    job->saver = saver;
    job->path = g_strdup(path);
    (void)g_thread_pool_push(saver->pool, job, NULL);
}

void
file_saver_free(FileSaver *saver, bool idle)
{
    if (saver == NULL)
        return;
    g_thread_pool_free(g_steal_pointer(&saver->pool), FALSE, idle);
    if (idle)
        g_free(saver);
}
