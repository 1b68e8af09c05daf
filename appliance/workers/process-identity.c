/* Reading /proc/PID/stat, and process handles. */
#include "appliance/workers/process-identity.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIELD_STATE     0 /* counted from behind the name, which may hold anything */
#define FIELD_STARTTIME 19

bool
process_identity_read(GPid pid, ProcessIdentity *ret_identity)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
    g_autofree char *text = NULL;
    guint64 ticks = 0;

    if (pid <= 0 || !g_file_get_contents(path, &text, NULL, NULL))
        return false;
    const char *behind_name = strrchr(text, ')');

    if (behind_name == NULL || behind_name[1] != ' ')
        return false;
    g_auto(GStrv) fields = g_strsplit(behind_name + 2, " ", FIELD_STARTTIME + 2);

    if (g_strv_length(fields) <= FIELD_STARTTIME || strchr("ZXx", fields[FIELD_STATE][0]) != NULL ||
        !g_ascii_string_to_unsigned(fields[FIELD_STARTTIME], 10, 0, G_MAXUINT64, &ticks, NULL))
        return false;
    *ret_identity = (ProcessIdentity){.pid = pid, .starttime_ticks = ticks};
    return true;
}

char *
process_identity_to_text(const ProcessIdentity *identity)
{
    return g_strdup_printf("%d %" G_GUINT64_FORMAT "\n", (int)identity->pid,
                           (guint64)identity->starttime_ticks);
}

bool
process_identity_from_text(const char *text, ProcessIdentity *ret_identity)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    g_auto(GStrv) words = g_strsplit(trimmed, " ", 3);
    guint64 pid = 0;
    guint64 ticks = 0;

    if (g_strv_length(words) != 2 ||
        !g_ascii_string_to_unsigned(words[0], 10, 2, G_MAXINT32, &pid, NULL) ||
        !g_ascii_string_to_unsigned(words[1], 10, 0, G_MAXUINT64, &ticks, NULL))
        return false;
    *ret_identity = (ProcessIdentity){.pid = (GPid)pid, .starttime_ticks = ticks};
    return true;
}

int
process_identity_open(const ProcessIdentity *identity)
{
    ProcessIdentity now;
    const int handle = identity->pid > 0 ? (int)syscall(SYS_pidfd_open, identity->pid, 0) : -1;

    if (handle < 0)
        return -1;
    /* Asked after the handle is open: what runs under the pid now is what the handle means. */
    if (process_identity_read(identity->pid, &now) &&
        now.starttime_ticks == identity->starttime_ticks)
        return handle;
    close(handle);
    return -1;
}

bool
process_handle_signal(int handle, int number)
{
    return syscall(SYS_pidfd_send_signal, handle, number, NULL, 0) == 0;
}
