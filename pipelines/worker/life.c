/* Lock, pid file and dead-man timer. */
#include "pipelines/worker/life.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipelines/base/error.h"

#define STARTTIME_FIELD 22 /* of /proc/PID/stat, counted from 1 */
#define COMM_FIELDS     2  /* fields up to the closing bracket of the name */

struct Life {
    int lock; /* file descriptor */
    char *pid_path;
};

/* STATE/run/workers/ID.SUFFIX */
static char *
life_path(const char *state, const char *input_id, const char *suffix)
{
    g_autofree char *name = g_strdup_printf("%s.%s", input_id, suffix);

    return g_build_filename(state, "run", "workers", name, NULL);
}

char *
life_folder(const char *state, const char *input_id)
{
    return g_build_filename(state, "run", "workers", input_id, NULL);
}

/* Start time of this process in clock ticks since boot, or "0". Returns: (transfer full) */
static char *
own_start_time(void)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) fields = NULL;

    if (!g_file_get_contents("/proc/self/stat", &text, NULL, NULL))
        return g_strdup("0");
    const char *end = strrchr(text, ')');

    fields = g_strsplit(end != NULL ? end + 1 : "", " ", -1);
    /* The first piece is the nothing between the bracket and the next blank. */
    const guint index = STARTTIME_FIELD - COMM_FIELDS;

    return g_strdup(g_strv_length(fields) > index ? fields[index] : "0");
}

static bool
fail(const char *what, const char *path, GError **error)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "%s \"%s\": %s", what, path,
                g_strerror(errno));
    return false;
}

static bool
take_lock(Life *life, const char *path, const char *input_id, GError **error)
{
    life->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (life->lock < 0)
        return fail("opening", path, error);
    if (flock(life->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno != EWOULDBLOCK)
        return fail("locking", path, error);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                "another worker of input \"%s\" runs (it holds \"%s\")", input_id, path);
    return false;
}

Life *
life_begin(const char *state, const char *input_id, GError **error)
{
    g_autofree char *folder = life_folder(state, input_id);
    g_autofree char *lock_path = life_path(state, input_id, "lock");
    g_autofree char *start = own_start_time();
    g_autofree char *text = g_strdup_printf("%d %s\n", (int)getpid(), start);
    Life *life = g_new0(Life, 1);

    life->lock = -1;
    if (g_mkdir_with_parents(folder, 0750) != 0) {
        fail("making", folder, error);
        life_end(life);
        return NULL;
    }
    if (!take_lock(life, lock_path, input_id, error)) {
        life_end(life);
        return NULL;
    }
    life->pid_path = life_path(state, input_id, "pid");
    if (!g_file_set_contents_full(life->pid_path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640,
                                  error)) {
        g_prefix_error(error, "writing the pid file: ");
        life_end(life);
        return NULL;
    }
    return life;
}

void
life_end(Life *life)
{
    if (life == NULL)
        return;
    if (life->pid_path != NULL)
        (void)g_unlink(life->pid_path);
    if (life->lock >= 0)
        close(life->lock);
    g_free(life->pid_path);
    g_free(life);
}

static void
die(int signal_number)
{
    _exit(LIFE_EXIT_STUCK);
}

void
life_arm_dead_man(void)
{
    (void)signal(SIGALRM, die);
    (void)alarm(LIFE_STOP_SECONDS);
}

void
life_disarm_dead_man(void)
{
    (void)alarm(0);
}

static const char *
what_is_spent(void)
{
    const int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    const bool no_descriptor = fd < 0 && errno == EMFILE;
    void *room =
        mmap(NULL, LIFE_MEMORY_LEFT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const bool no_memory = room == MAP_FAILED && errno == ENOMEM;

    if (fd >= 0)
        close(fd);
    if (room != MAP_FAILED)
        (void)munmap(room, LIFE_MEMORY_LEFT);
    return no_descriptor ? "descriptor" : no_memory ? "memory" : NULL;
}

void
life_check_room(void)
{
    const char *spent = what_is_spent();

    if (spent == NULL)
        return;
    g_log_structured(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "MESSAGE",
                     "No %s is left: the worker begins anew", spent);
    _exit(LIFE_EXIT_SPENT);
}
