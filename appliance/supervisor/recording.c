/* Folder and budget of recordings. */
#include "appliance/supervisor/recording.h"

#include <sys/statvfs.h>

#include "appliance/stores/segment-archive.h"

#define UNITS_STATE "/var/lib/gantry-channel" /* of workers that systemd starts; their units' */

char *
recording_root(const Settings *settings)
{
    if (*settings->segment_folder != '\0')
        return g_strdup(settings->segment_folder);
    return g_build_filename(settings->workers_mode == WORKERS_SYSTEMD ? UNITS_STATE
                                                                      : settings->state_folder,
                            "segments", NULL);
}

/* Bytes free where @path lies, or will lie. */
static uint64_t
free_bytes(const char *path)
{
    g_autofree char *at = g_strdup(path);
    struct statvfs disk;

    while (statvfs(at, &disk) != 0) {
        g_autofree char *below = g_steal_pointer(&at);

        at = g_path_get_dirname(below);
        if (g_str_equal(at, below))
            return 0;
    }
    return (uint64_t)disk.f_bavail * disk.f_frsize;
}

uint64_t
recording_budget(const Settings *settings, const char *root)
{
    if (settings->segment_minutes == 0)
        return 0;
    return (free_bytes(root) + segment_archive_bytes(root)) / 100 * settings->segment_share_percent;
}
