/* A writer of GLib's log in front of the default one. The one file of this folder that is not pure:
 * workers and supervisor both install it, and share no other folder. */
#include "pipelines/base/log-guard.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/log-fold.h"

/* Exceptions of the lint, because the log of both programs passes here and nothing else does. */
#define LOCK(g)        g_mutex_lock(&(g)->lock)            /* lint: allow, as above */
#define UNLOCK(g)      g_mutex_unlock(&(g)->lock)          /* lint: allow, as above */
#define NOW_US()       g_get_monotonic_time()              /* lint: allow, as above */
#define WRITE(l, f, n) g_log_writer_default(l, f, n, NULL) /* lint: allow, as above */

typedef struct {
    GMutex lock;
    LogFold fold;
} LogGuard;

static const char *
message_of(const GLogField *fields, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (strcmp(fields[i].key, "MESSAGE") == 0 && fields[i].length < 0)
            return fields[i].value;
    }
    return "";
}

static GLogWriterOutput
write_line(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer user_data)
{
    LogGuard *guard = user_data;
    char note[LOG_FOLD_NOTE_BYTES];

    if ((level & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL)) != 0)
        return WRITE(level, fields, n);
    LOCK(guard);
    const bool pass = log_fold_take(&guard->fold, message_of(fields, n), NOW_US(), note);

    UNLOCK(guard);
    if (note[0] != '\0') {
        const GLogField told[] = {
            {"MESSAGE", note, -1}, {"PRIORITY", "5", -1}, {"GLIB_DOMAIN", "gantry", -1}};

        (void)WRITE(G_LOG_LEVEL_MESSAGE, told, G_N_ELEMENTS(told));
    }
    return pass ? WRITE(level, fields, n) : G_LOG_WRITER_HANDLED;
}

void
log_guard_install(void)
{
    LogGuard *guard = g_new0(LogGuard, 1); /* for as long as the process lives */

    g_mutex_init(&guard->lock);                     /* lint: allow, as above */
    g_log_set_writer_func(write_line, guard, NULL); /* lint: allow, as above */
}
