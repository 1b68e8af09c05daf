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

/* Packets that recorders lost, and errors of their disks. */
static uint64_t
trouble_of(const Records *records)
{
    uint64_t trouble = 0;

    for (size_t i = 0; records->inventory != NULL && i < records->inventory->n_channels; i++)
        trouble += records->channels[i]->counters[METRIC_SEGMENT_LOST].total +
                   records->channels[i]->counters[METRIC_SEGMENT_ERRORS].total;
    return trouble;
}

ServiceView
recording_watch_look(RecordingWatch *watch, const Records *records, MonoUs now_us)
{
    const uint64_t trouble = trouble_of(records);

    if (trouble > watch->seen)
        watch->grown_us = now_us;
    watch->seen = trouble; /* it shrinks when a channel goes */
    const bool failing = watch->grown_us != 0 && now_us - watch->grown_us < RECORDING_HOLD_US;

    if (failing != watch->failing || watch->since_us == 0)
        watch->since_us = now_us;
    watch->failing = failing;
    return (ServiceView){
        .name = g_strdup("recordings"),
        .state = g_strdup(failing ? "failing" : "ok"),
        .text =
            g_strdup(failing ? "The disk does not take the recorded segments in time: they have "
                               "holes. Measuring is not concerned."
                             : ""),
        .since_us = watch->since_us,
    };
}
