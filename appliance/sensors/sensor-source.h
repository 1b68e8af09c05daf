/* One kind of thing on the box that can be read: temperatures, interfaces, disk, memory, clock.
 *
 * A source only reads; limits and states are put to its readings by the poller. What is not there
 * is said to be "not-fitted", never given as zero. */
#pragma once

#include <glib.h>

#include "appliance/model/snapshot.h"
#include "pipelines/base/units.h"

#define SENSOR_READINGS_MAX 256u /* of all sources; more are counted, not kept */

typedef struct SensorReadings SensorReadings;
typedef struct SensorSource SensorSource;

struct SensorSource {
    /* Adds what is to be seen now. Runs on the poller's thread; may block for a moment. Sources
     * that give rates keep the last counters in @self. */
    void (*read)(SensorSource *self, MonoUs now_us, SensorReadings *readings);
    void (*free)(SensorSource *self);
};

void sensor_source_free(SensorSource *source); /* (nullable) */

/* Adds one reading. @value: NAN if fitted but not readable. @limit: what the hardware itself gives
 * as its limit, NAN for none; a limit of the hardware profile goes before it. */
void sensor_readings_add(SensorReadings *readings, const SensorView *view);

/* Adds a reading that says that there is no such thing in this box. */
void sensor_readings_add_absent(SensorReadings *readings, const char *kind, const char *name);

/* The sources. Each (transfer full). Paths are the roots of the file trees, "" for the real ones;
 * tests give trees of their own. */
SensorSource *sensor_hwmon_new(void);
SensorSource *sensor_nic_new(const char *root, const char *const *interfaces);
SensorSource *sensor_disk_new(const char *root, const char *state_folder);
SensorSource *sensor_cpu_new(const char *root);
SensorSource *sensor_memory_new(const char *root);
SensorSource *sensor_clock_new(void);

/* When certificates end, in days from @wall_us(): a warning below CERTIFICATE_WARN_DAYS, a fault
 * below CERTIFICATE_FAULT_DAYS. @paths: (array zero-terminated=1): PEM files, of each its first
 * certificate; read anew every 10 s. @wall_us: wall time in microseconds since 1970; any thread */
#define CERTIFICATE_WARN_DAYS  30
#define CERTIFICATE_FAULT_DAYS 21
SensorSource *sensor_certificate_new(const char *const *paths, int64_t (*wall_us)(void));

/* Gives copies of @views (@n entries) each time; for tests. */
SensorSource *sensor_fake_new(const SensorView *views, size_t n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SensorSource, sensor_source_free)
