/* The thread that reads sensors. */
#include "appliance/sensors/sensor-poller.h"

#include <math.h>

#include "appliance/sensors/sensor-readings.h"
#include "pipelines/base/clock.h"

struct SensorPoller {
    gatomicrefcount refs; /* the owner's and the thread's */
    GMutex lock;          /* of what follows */
    GCond changed;        /* @stop was set, or @ended */
    bool stop;
    bool ended;
    SensorSet *newest; /* (nullable) */

    /* Of the thread alone. */
    GPtrArray *sources;
    SensorLimit *limits;
    size_t n_limits;
};

static void
poller_unref(SensorPoller *self)
{
    if (!g_atomic_ref_count_dec(&self->refs))
        return;
    sensor_set_unref(self->newest);
    g_ptr_array_unref(self->sources);
    for (size_t i = 0; i < self->n_limits; i++) {
        g_free(self->limits[i].kind);
        g_free(self->limits[i].name);
    }
    g_free(self->limits);
    g_cond_clear(&self->changed);
    g_mutex_clear(&self->lock);
    g_free(self);
}

/* Reads once, without the lock: this is what may hang. */
static void
read_once(SensorPoller *self)
{
    SensorSet *set =
        sensor_set_read((SensorSource *const *)self->sources->pdata, self->sources->len,
                        self->limits, self->n_limits, boot_now_us());

    g_mutex_lock(&self->lock);
    SensorSet *old = self->newest;

    self->newest = set;
    g_mutex_unlock(&self->lock);
    sensor_set_unref(old);
}

static gpointer
run(gpointer data)
{
    SensorPoller *self = data;

    g_mutex_lock(&self->lock);
    while (!self->stop) {
        g_mutex_unlock(&self->lock);
        read_once(self);
        const gint64 next_us = g_get_monotonic_time() + SENSOR_POLL_US;

        g_mutex_lock(&self->lock);
        while (!self->stop && g_cond_wait_until(&self->changed, &self->lock, next_us))
            continue;
    }
    self->ended = true;
    g_cond_broadcast(&self->changed);
    g_mutex_unlock(&self->lock);
    poller_unref(self);
    return NULL;
}

SensorPoller *
sensor_poller_new(GPtrArray *sources, const SensorLimit *limits, size_t n_limits)
{
    g_return_val_if_fail(sources != NULL, NULL);

    SensorPoller *self = g_new0(SensorPoller, 1);

    g_atomic_ref_count_init(&self->refs);
    g_mutex_init(&self->lock);
    g_cond_init(&self->changed);
    self->sources = sources;
    self->n_limits = n_limits;
    self->limits = g_new0(SensorLimit, n_limits);
    for (size_t i = 0; i < n_limits; i++) {
        self->limits[i] = limits[i];
        self->limits[i].kind = g_strdup(limits[i].kind);
        self->limits[i].name = g_strdup(limits[i].name);
    }
    g_atomic_ref_count_inc(&self->refs);
    g_thread_unref(g_thread_new("sensors", run, self));
    return self;
}

SensorSet *
sensor_poller_get(SensorPoller *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_mutex_lock(&self->lock);
    SensorSet *set = self->newest != NULL ? sensor_set_ref(self->newest) : NULL;

    g_mutex_unlock(&self->lock);
    return set;
}

void
sensor_poller_stop(SensorPoller *self, int64_t wait_us)
{
    g_return_if_fail(self != NULL);

    const gint64 until_us = g_get_monotonic_time() + wait_us;

    g_mutex_lock(&self->lock);
    self->stop = true;
    g_cond_broadcast(&self->changed);
    while (!self->ended && g_cond_wait_until(&self->changed, &self->lock, until_us))
        continue;
    g_mutex_unlock(&self->lock);
    poller_unref(self);
}
