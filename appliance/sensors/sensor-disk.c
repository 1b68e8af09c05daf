/* Space and files left where the state folder is. */
#include <math.h>
#include <sys/statvfs.h>

#include "appliance/sensors/sensor-readings.h"

typedef struct {
    SensorSource source;
    char *folder;
} DiskSource;

static double
share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static void
disk_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    const DiskSource *self = (const DiskSource *)source;
    struct statvfs disk;

    if (statvfs(self->folder, &disk) != 0) {
        sensor_add(readings, "disk", "state folder used", NAN, "ratio");
        sensor_add(readings, "disk", "state folder free", NAN, "bytes");
        return;
    }
    /* Of what an ordinary user may fill; what root has in reserve is no room for us. */
    const double used = (double)(disk.f_blocks - disk.f_bfree);

    sensor_add(readings, "disk", "state folder used", share(used, used + (double)disk.f_bavail),
               "ratio");
    sensor_add(readings, "disk", "state folder free", (double)disk.f_bavail * (double)disk.f_frsize,
               "bytes");
    if (disk.f_files == 0)
        sensor_readings_add_absent(readings, "disk", "state folder files used");
    else
        sensor_add(readings, "disk", "state folder files used",
                   share((double)(disk.f_files - disk.f_ffree), (double)disk.f_files), "ratio");
}

static void
disk_free(SensorSource *source)
{
    DiskSource *self = (DiskSource *)source;

    g_free(self->folder);
    g_free(self);
}

SensorSource *
sensor_disk_new(const char *state_folder)
{
    DiskSource *self = g_new0(DiskSource, 1);

    self->source = (SensorSource){.read = disk_read, .free = disk_free};
    self->folder = g_strdup(state_folder);
    return &self->source;
}
