/* Folder and budget of recordings. */
#include "appliance/supervisor/recording.h"

#include <gio/gio.h>
#include <math.h>
#include <sys/statvfs.h>

#include "appliance/model/recording-share.h"
#include "appliance/stores/segment-archive.h"

#define RATE_KNOWN_S 60                        /* of recording, until its rate is believed */
#define UNITS_STATE  "/var/lib/gantry-channel" /* of workers that systemd starts; their units' */

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

typedef struct {
    char *root;
    GStrv inputs;
} Sweep;

static void
sweep_free(gpointer data)
{
    Sweep *sweep = data;

    g_free(sweep->root);
    g_strfreev(sweep->inputs);
    g_free(sweep);
}

static void
sweep_in_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
    const Sweep *sweep = data;
    const unsigned n = segment_archive_sweep(sweep->root, (const char *const *)sweep->inputs,
                                             RECORDING_SWEEP_AGE_US, g_get_real_time());

    if (n > 0)
        g_message("recordings of %u inputs that are no longer watched were removed", n);
    g_task_return_boolean(task, TRUE);
}

void
recording_sweep(const char *root, const Inventory *inventory)
{
    g_autoptr(GTask) task = g_task_new(NULL, NULL, NULL, NULL);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    Sweep *sweep = g_new0(Sweep, 1);

    for (size_t i = 0; i < inventory->n_inputs; i++)
        g_strv_builder_add(builder, inventory->inputs[i].id);
    sweep->root = g_strdup(root);
    sweep->inputs = g_strv_builder_end(builder);
    g_task_set_task_data(task, sweep, sweep_free);
    g_task_run_in_thread(task, sweep_in_thread);
}

/* Bytes a second that the ring of @channel takes; NAN while it is too short to tell. */
static double
rate_Bps(const ChannelRecord *channel)
{
    const double seconds = channel_record_metric(channel, METRIC_SEGMENT_SECONDS, 0);

    return seconds < RATE_KNOWN_S
               ? (double)NAN
               : channel_record_metric(channel, METRIC_SEGMENT_BYTES, 0) / seconds;
}

uint64_t
recording_quota(uint64_t budget_bytes, const Records *records, const InventoryInput *input)
{
    const size_t n = records->inventory->n_channels;
    g_autofree double *rates = g_new0(double, n);
    uint64_t bytes = 0;

    for (size_t i = 0; i < n; i++)
        rates[i] = rate_Bps(records->channels[i]);
    for (size_t i = 0; i < input->n_channels; i++)
        bytes += recording_share(budget_bytes, rates, n, input->channels[i]);
    return bytes / MAX(input->n_channels, 1);
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
