/* The lock is the kernel's: it goes with the process, however that ends. */
#include "appliance/supervisor/state-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "pipelines/base/error.h"

int
state_lock_take(const char *state_folder, GError **error)
{
    g_autofree char *folder = g_build_filename(state_folder, "run", NULL);
    g_autofree char *path = g_build_filename(folder, "gantryd.lock", NULL);
    const int fd = g_mkdir_with_parents(folder, 0700) == 0
                       ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)
                       : -1;

    if (fd < 0) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_UNAVAILABLE, "opening %s: %s", path,
                    g_strerror(errno));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                "another gantryd uses the state folder %s", state_folder);
    close(fd);
    return -1;
}
