/* Reads all sources on a thread of its own and hands over immutable sets: a hung sensor bus or disk
 * delays nobody, and what it last said grows old and then "unknown". */
#pragma once

#include <glib.h>

#include "appliance/model/sensor-limit.h"
#include "appliance/sensors/sensor-source.h"

#define SENSOR_POLL_US  (5 * US_PER_SECOND)
#define SENSOR_STALE_US (20 * US_PER_SECOND) /* readings older than that are "unknown" */

typedef struct {
    gatomicrefcount refs;
    MonoUs at_us;        /* when the reading began */
    SensorView *sensors; /* @n_sensors entries */
    size_t n_sensors;
    size_t n_left_out; /* readings beyond SENSOR_READINGS_MAX */
} SensorSet;

SensorSet *sensor_set_ref(SensorSet *set);
void sensor_set_unref(SensorSet *set); /* (nullable) */

/**
 * sensor_set_views:
 * @set: (nullable): %NULL gives no entry
 * @now_us: boot clock
 * @ret_views: (out) (transfer full): entries for a Snapshot, whose snapshot_unref() frees them
 *
 * Copies @set as of @now_us: when it is older than %SENSOR_STALE_US every state is "unknown" and
 * every value NAN.
 *
 * Returns: number of entries
 */
size_t sensor_set_views(const SensorSet *set, MonoUs now_us, SensorView **ret_views);

/* Reads @sources once, on this thread, and puts @limits to what they say. Returns: (transfer full)
 */
SensorSet *sensor_set_read(SensorSource *const *sources,
                           size_t n_sources,
                           const SensorLimit *limits,
                           size_t n_limits,
                           MonoUs now_us);

typedef struct SensorPoller SensorPoller;

/**
 * sensor_poller_new:
 * @sources: (transfer full) (element-type SensorSource): with sensor_source_free() as its free func
 * @limits: (transfer none): @n_limits entries, copied
 *
 * Starts the thread. Returns: (transfer full)
 */
SensorPoller *sensor_poller_new(GPtrArray *sources, const SensorLimit *limits, size_t n_limits);

/* The newest set. Any thread, never blocks on a sensor. Returns: (transfer full) (nullable): %NULL
 * before the first reading is done */
SensorSet *sensor_poller_get(SensorPoller *self);

/* Ends the thread, waiting for at most @wait_us; a thread that hangs in a sensor is left behind
 * with what it uses. */
void sensor_poller_stop(SensorPoller *self, int64_t wait_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SensorSet, sensor_set_unref)
