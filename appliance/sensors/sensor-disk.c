/* Space and files left where the state folder is, how fast they go, and what is written there. What
 * is no share is of kind "storage": a limit for all of "disk" is not meant for it. */
#include <math.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "appliance/sensors/sensor-readings.h"

#define SECTOR_BYTES    512.0
#define WRITTEN_FIELD   6u /* of /sys/dev/block/N:M/stat, from 0: sectors written */
#define FILL_POINTS     60u
#define FILL_STEP_US    (60 * US_PER_SECOND) /* between two points: an hour in all */
#define FILL_LEAST_US   (10 * 60 * US_PER_SECOND)
#define FILL_DAYS_MAX   9999.0 /* it does not fill, or not in a time that matters */
#define FILL_DAYS_LIMIT 3.0
#define DAY_S           86400.0

typedef struct {
    SensorSource source;
    char *root;
    char *folder;
    double written; /* bytes, at the last reading; NAN: none */
    MonoUs at_us;
    struct {
        MonoUs at_us;
        double used;       /* bytes */
    } points[FILL_POINTS]; /* ring of the last hour */
    unsigned n_points;     /* that were ever taken */
} DiskSource;

static double
share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

/* Bytes that were ever written to the device that the folder lies on; NAN: it is no block device.
 */
static double
written_bytes(const DiskSource *self)
{
    struct stat folder;

    if (stat(self->folder, &folder) != 0)
        return NAN;
    g_autofree char *path =
        g_strdup_printf("/sys/dev/block/%u:%u/stat", major(folder.st_dev), minor(folder.st_dev));
    g_autofree char *text = sensor_file(self->root, path);

    if (text == NULL)
        return NAN;
    g_auto(GStrv) words = g_strsplit(g_strstrip(text), " ", -1);
    unsigned field = 0;

    for (size_t i = 0; words[i] != NULL; i++) {
        if (words[i][0] != '\0' && field++ == WRITTEN_FIELD)
            return g_ascii_strtod(words[i], NULL) * SECTOR_BYTES;
    }
    return NAN;
}

static void
add_write_rate(DiskSource *self, MonoUs now_us, SensorReadings *readings)
{
    const double written = written_bytes(self);
    const double seconds = (double)(now_us - self->at_us) * 1e-6;

    if (isnan(written))
        sensor_readings_add_absent(readings, "storage", "write rate");
    else if (!isnan(self->written) && seconds > 0)
        sensor_add(readings, "storage", "write rate", MAX(written - self->written, 0) / seconds,
                   "bytes/s");
    self->written = written;
    self->at_us = now_us;
}

/* Days until nothing is left if it goes on as in the last hour; NAN: not looked long enough. */
static double
days_left(DiskSource *self, MonoUs now_us, double used, double available)
{
    const unsigned kept = MIN(self->n_points, FILL_POINTS);
    const unsigned newest = (self->n_points + FILL_POINTS - 1) % FILL_POINTS;
    const unsigned oldest = kept < FILL_POINTS ? 0 : self->n_points % FILL_POINTS;

    if (kept == 0 || now_us - self->points[newest].at_us >= FILL_STEP_US) {
        self->points[self->n_points % FILL_POINTS].at_us = now_us;
        self->points[self->n_points % FILL_POINTS].used = used;
        self->n_points++;
    }
    if (kept == 0 || now_us - self->points[oldest].at_us < FILL_LEAST_US)
        return NAN;
    const double seconds = (double)(now_us - self->points[oldest].at_us) * 1e-6;
    const double grown = used - self->points[oldest].used;

    if (grown <= 0)
        return FILL_DAYS_MAX;
    return MIN(available / (grown / seconds) / DAY_S, FILL_DAYS_MAX);
}

/* As a rate, it is not told before it is known. */
static void
add_days(SensorReadings *readings, double days)
{
    const SensorView view = {
        .kind = (char *)"storage",
        .name = (char *)"days until full",
        .value = days,
        .unit = (char *)"days",
        .limit = FILL_DAYS_LIMIT,
        .state = (char *)(days <= FILL_DAYS_LIMIT ? "warning" : "ok"),
    };

    if (!isnan(days))
        sensor_readings_add(readings, &view);
}

static void
disk_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    DiskSource *self = (DiskSource *)source;
    struct statvfs disk;

    if (statvfs(self->folder, &disk) != 0) {
        sensor_add(readings, "disk", "state folder used", NAN, "ratio");
        return;
    }
    /* Of what an ordinary user may fill; what root has in reserve is no room for us. */
    const double used = (double)(disk.f_blocks - disk.f_bfree);
    const double block = (double)disk.f_frsize;

    sensor_add(readings, "disk", "state folder used", share(used, used + (double)disk.f_bavail),
               "ratio");
    if (disk.f_files == 0)
        sensor_readings_add_absent(readings, "disk", "state folder files used");
    else
        sensor_add(readings, "disk", "state folder files used",
                   share((double)(disk.f_files - disk.f_ffree), (double)disk.f_files), "ratio");
    sensor_add(readings, "storage", "space left", (double)disk.f_bavail * block, "bytes");
    add_days(readings, days_left(self, now_us, used * block, (double)disk.f_bavail * block));
    add_write_rate(self, now_us, readings);
}

static void
disk_free(SensorSource *source)
{
    DiskSource *self = (DiskSource *)source;

    g_free(self->root);
    g_free(self->folder);
    g_free(self);
}

SensorSource *
sensor_disk_new(const char *root, const char *state_folder)
{
    DiskSource *self = g_new0(DiskSource, 1);

    self->source = (SensorSource){.read = disk_read, .free = disk_free};
    self->root = g_strdup(root);
    self->folder = g_strdup(state_folder);
    self->written = NAN;
    return &self->source;
}
