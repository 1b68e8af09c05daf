/* Memory: how much of it is in use, and how much work waits for it. */
#include <math.h>

#include "appliance/sensors/sensor-readings.h"

typedef struct {
    SensorSource source;
    char *root;
} MemorySource;

static void
memory_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    const MemorySource *self = (const MemorySource *)source;
    g_autofree char *info = sensor_file(self->root, "/proc/meminfo");
    g_autofree char *pressure = sensor_file(self->root, "/proc/pressure/memory");
    const double total = info != NULL ? sensor_number_after(info, "MemTotal:") : NAN;
    const double available = info != NULL ? sensor_number_after(info, "MemAvailable:") : NAN;

    sensor_add(readings, "memory", "memory used", total > 0 ? 1 - available / total : NAN, "ratio");
    if (pressure == NULL)
        sensor_readings_add_absent(readings, "memory", "memory pressure");
    else
        sensor_add(readings, "memory", "memory pressure",
                   sensor_number_after(pressure, "some avg10=") / 100, "ratio");
}

static void
memory_free(SensorSource *source)
{
    MemorySource *self = (MemorySource *)source;

    g_free(self->root);
    g_free(self);
}

SensorSource *
sensor_memory_new(const char *root)
{
    MemorySource *self = g_new0(MemorySource, 1);

    self->source = (SensorSource){.read = memory_read, .free = memory_free};
    self->root = g_strdup(root);
    return &self->source;
}
