/* Workers as our own processes, found again by their pid files. */
#include "appliance/workers/worker-spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/workers/process-identity.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define PID_SUFFIX    ".pid"
#define LOG_MAX_BYTES (1u << 20)

struct _GantryWorkerSpawn {
    GObject parent;

    GStrv argv;
    char *pid_folder;
    char *log_folder; /* (nullable) */
    GMainContext *context;
    GHashTable *processes; /* input id, owned by the value: Process (transfer full) */
};

typedef struct {
    GantryWorkerSpawn *owner; /* no-ref */
    char *input_id;
    ProcessIdentity identity;
    int handle;    /* of the process; -1 if the kernel gave none */
    GSource *ends; /* watches for its end */
} Process;

static void gantry_worker_spawn_units_init(GantryWorkerUnitsInterface *iface);

G_DEFINE_TYPE_WITH_CODE(GantryWorkerSpawn,
                        gantry_worker_spawn,
                        G_TYPE_OBJECT,
                        G_IMPLEMENT_INTERFACE(GANTRY_TYPE_WORKER_UNITS,
                                              gantry_worker_spawn_units_init))

static void
process_free(Process *process)
{
    if (process->ends != NULL)
        g_source_destroy(process->ends);
    g_clear_pointer(&process->ends, g_source_unref);
    if (process->handle >= 0)
        close(process->handle);
    g_free(process->input_id);
    g_free(process);
}

static char *
pid_path(GantryWorkerSpawn *self, const char *input_id)
{
    return g_strdup_printf("%s/%s" PID_SUFFIX, self->pid_folder, input_id);
}

/* Forgets @process, which ended, and tells. */
static void
process_ended(Process *process, const char *text)
{
    g_autoptr(GantryWorkerSpawn) self = g_object_ref(process->owner);
    g_autofree char *input_id = g_strdup(process->input_id);
    g_autofree char *path = pid_path(self, input_id);

    (void)g_unlink(path);
    g_hash_table_remove(self->processes, input_id);
    g_signal_emit_by_name(self, "ended", input_id, text);
}

static void
on_child_ended(GPid pid, int status, gpointer user_data)
{
    g_autofree char *text = NULL;

    if (WIFSIGNALED(status))
        text = g_strdup_printf("killed by signal %d", WTERMSIG(status));
    else
        text = g_strdup_printf("exited with status %d", WEXITSTATUS(status));
    process_ended(user_data, text);
}

static gboolean
on_adopted_ended(int fd, GIOCondition condition, gpointer user_data)
{
    process_ended(user_data, "ended; an earlier gantryd started it, so its status is not known");
    return G_SOURCE_REMOVE;
}

/* Remembers @identity as the worker of @input_id. @child: ours, to be reaped. */
static void
keep_process(GantryWorkerSpawn *self,
             const char *input_id,
             const ProcessIdentity *identity,
             int handle,
             bool child)
{
    Process *process = g_new0(Process, 1);

    process->owner = self;
    process->input_id = g_strdup(input_id);
    process->identity = *identity;
    process->handle = handle;
    process->ends =
        child ? g_child_watch_source_new(identity->pid) : g_unix_fd_source_new(handle, G_IO_IN);
    if (child)
        g_source_set_callback(process->ends, G_SOURCE_FUNC(on_child_ended), process, NULL);
    else
        g_source_set_callback(process->ends, G_SOURCE_FUNC(on_adopted_ended), process, NULL);
    g_source_attach(process->ends, self->context);
    g_hash_table_replace(self->processes, process->input_id, process);
}

/* Adopts the process that the pid file @name speaks of, or removes the file if it is gone. */
static void
adopt(GantryWorkerSpawn *self, const char *name)
{
    g_autofree char *path = g_build_filename(self->pid_folder, name, NULL);
    g_autofree char *text = NULL;
    ProcessIdentity identity;

    if (!g_str_has_suffix(name, PID_SUFFIX))
        return;
    g_autofree char *input_id = g_strndup(name, strlen(name) - strlen(PID_SUFFIX));

    if (!slug_is_valid(input_id))
        return;
    const bool read =
        g_file_get_contents(path, &text, NULL, NULL) && process_identity_from_text(text, &identity);
    const int handle = read ? process_identity_open(&identity) : -1;

    if (handle >= 0)
        keep_process(self, input_id, &identity, handle, false);
    else
        (void)g_unlink(path);
}

static bool
adopt_all(GantryWorkerSpawn *self, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) folder = NULL;
    const char *name;

    if (g_mkdir_with_parents(self->pid_folder, 0700) != 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "making %s: %s",
                    self->pid_folder, g_strerror(errno));
        return false;
    }
    folder = g_dir_open(self->pid_folder, 0, &problem);
    if (folder == NULL) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s", problem->message);
        return false;
    }
    while ((name = g_dir_read_name(folder)) != NULL)
        adopt(self, name);
    return true;
}

GantryWorkerSpawn *
gantry_worker_spawn_new(const char *const *argv,
                        const char *pid_folder,
                        const char *log_folder,
                        GError **error)
{
    g_return_val_if_fail(argv != NULL && argv[0] != NULL && pid_folder != NULL, NULL);
    g_return_val_if_fail(g_strv_length((char **)argv) <= WORKER_UNITS_MAX_ARGUMENTS, NULL);

    g_autoptr(GantryWorkerSpawn) self = g_object_new(GANTRY_TYPE_WORKER_SPAWN, NULL);

    self->argv = g_strdupv((char **)argv);
    self->pid_folder = g_strdup(pid_folder);
    self->log_folder = g_strdup(log_folder);
    if (!adopt_all(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

GPid
gantry_worker_spawn_get_pid(GantryWorkerSpawn *self, const char *input_id)
{
    const Process *process = g_hash_table_lookup(self->processes, input_id);

    return process != NULL ? process->identity.pid : 0;
}

/* Between fork and exec: only what is safe there. */
static void
lead_own_session(gpointer user_data)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
}

/* Opens the worker's log; -1 for our own standard error. */
static int
open_log(GantryWorkerSpawn *self, const char *input_id)
{
    struct stat status;

    if (self->log_folder == NULL || g_mkdir_with_parents(self->log_folder, 0700) != 0)
        return -1;
    g_autofree char *path = g_strdup_printf("%s/%s.log", self->log_folder, input_id);
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > (off_t)LOG_MAX_BYTES)
        (void)!ftruncate(fd, 0);
    return fd;
}

static GStrv
arguments_for(GantryWorkerSpawn *self, const char *input_id)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (size_t i = 0; self->argv[i] != NULL; i++) {
        g_auto(GStrv) parts = g_strsplit(self->argv[i], "%i", -1);
        g_autofree char *argument = g_strjoinv(input_id, parts);

        g_strv_builder_add(builder, argument);
    }
    return g_strv_builder_end(builder);
}

static GPid
spawn(GantryWorkerSpawn *self, const char *input_id, GError **error)
{
    g_auto(GStrv) argv = arguments_for(self, input_id);
    g_autoptr(GError) problem = NULL;
    const int log_fd = open_log(self, input_id);
    const int out_fd = log_fd >= 0 ? log_fd : STDERR_FILENO;
    GPid pid = 0;

    if (!g_spawn_async_with_fds(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, lead_own_session, NULL,
                                &pid, -1, out_fd, out_fd, &problem)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "starting worker \"%s\": %s",
                    input_id, problem->message);
        pid = 0;
    }
    if (log_fd >= 0)
        close(log_fd);
    return pid;
}

static bool
gantry_worker_spawn_start(GantryWorkerUnits *units, const char *input_id, GError **error)
{
    GantryWorkerSpawn *self = GANTRY_WORKER_SPAWN(units);
    g_autofree char *path = pid_path(self, input_id);
    ProcessIdentity identity = {0};

    if (g_hash_table_contains(self->processes, input_id))
        return true;
    const GPid pid = spawn(self, input_id, error);

    if (pid == 0)
        return false;
    /* A worker that ended already has no identity; its end is told by the watch all the same. */
    if (process_identity_read(pid, &identity)) {
        g_autofree char *text = process_identity_to_text(&identity);

        (void)g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
    }
    identity.pid = pid;
    keep_process(self, input_id, &identity, process_identity_open(&identity), true);
    return true;
}

static bool
send_signal(GantryWorkerSpawn *self, const char *input_id, int number, GError **error)
{
    const Process *process = g_hash_table_lookup(self->processes, input_id);

    if (process == NULL || process->handle < 0 || !process_handle_signal(process->handle, number)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no worker \"%s\" runs", input_id);
        return false;
    }
    return true;
}

static bool
gantry_worker_spawn_stop(GantryWorkerUnits *units, const char *input_id, GError **error)
{
    return send_signal(GANTRY_WORKER_SPAWN(units), input_id, SIGTERM, error);
}

static bool
gantry_worker_spawn_kill(GantryWorkerUnits *units, const char *input_id, GError **error)
{
    return send_signal(GANTRY_WORKER_SPAWN(units), input_id, SIGKILL, error);
}

static GStrv
gantry_worker_spawn_list(GantryWorkerUnits *units)
{
    GantryWorkerSpawn *self = GANTRY_WORKER_SPAWN(units);

    return worker_units_sorted_ids(self->processes);
}

static bool
gantry_worker_spawn_is_worker(GantryWorkerUnits *units, const char *input_id, uint32_t pid)
{
    const GPid known = gantry_worker_spawn_get_pid(GANTRY_WORKER_SPAWN(units), input_id);

    return known != 0 && (uint32_t)known == pid;
}

static void
gantry_worker_spawn_units_init(GantryWorkerUnitsInterface *iface)
{
    iface->is_worker = gantry_worker_spawn_is_worker;
    iface->start = gantry_worker_spawn_start;
    iface->stop = gantry_worker_spawn_stop;
    iface->kill = gantry_worker_spawn_kill;
    iface->list = gantry_worker_spawn_list;
}

static void
gantry_worker_spawn_finalize(GObject *object)
{
    GantryWorkerSpawn *self = GANTRY_WORKER_SPAWN(object);

    g_hash_table_unref(self->processes);
    g_main_context_unref(self->context);
    g_strfreev(self->argv);
    g_free(self->pid_folder);
    g_free(self->log_folder);
    G_OBJECT_CLASS(gantry_worker_spawn_parent_class)->finalize(object);
}

static void
gantry_worker_spawn_init(GantryWorkerSpawn *self)
{
    self->context = g_main_context_ref_thread_default();
    self->processes =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)process_free);
}

static void
gantry_worker_spawn_class_init(GantryWorkerSpawnClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = gantry_worker_spawn_finalize;
}
