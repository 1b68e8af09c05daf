/* A writer of GLib's log in front of the default one. */
#include "pipelines/worker/log-guard.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/log-fold.h"

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
        return g_log_writer_default(level, fields, n, NULL);
    g_mutex_lock(&guard->lock);
    const bool pass =
        log_fold_take(&guard->fold, message_of(fields, n), g_get_monotonic_time(), note);

    g_mutex_unlock(&guard->lock);
    if (note[0] != '\0') {
        const GLogField told[] = {
            {"MESSAGE", note, -1}, {"PRIORITY", "5", -1}, {"GLIB_DOMAIN", "gantry", -1}};

        (void)g_log_writer_default(G_LOG_LEVEL_MESSAGE, told, G_N_ELEMENTS(told), NULL);
    }
    return pass ? g_log_writer_default(level, fields, n, NULL) : G_LOG_WRITER_HANDLED;
}

void
log_guard_install(void)
{
    LogGuard *guard = g_new0(LogGuard, 1); /* for as long as the process lives */

    g_mutex_init(&guard->lock);
    g_log_set_writer_func(write_line, guard, NULL);
}
