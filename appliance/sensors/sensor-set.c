/* Immutable sets of readings: limits put to them, and what remains of them when they grow old. */
#include <math.h>
#include <string.h>

#include "appliance/sensors/sensor-poller.h"
#include "appliance/sensors/sensor-readings.h"

SensorSet *
sensor_set_ref(SensorSet *set)
{
    g_atomic_ref_count_inc(&set->refs);
    return set;
}

void
sensor_set_unref(SensorSet *set)
{
    if (set == NULL || !g_atomic_ref_count_dec(&set->refs))
        return;
    for (size_t i = 0; i < set->n_sensors; i++)
        sensor_view_clear(&set->sensors[i]);
    g_free(set->sensors);
    g_free(set);
}

/* The limit for @view: one for its name before one for its kind. (nullable) */
static const SensorLimit *
limit_of(const SensorView *view, const SensorLimit *limits, size_t n_limits)
{
    const SensorLimit *found = NULL;

    for (size_t i = 0; i < n_limits; i++) {
        if (!g_str_equal(limits[i].kind, view->kind))
            continue;
        if (g_str_equal(limits[i].name, view->name))
            return &limits[i];
        if (limits[i].name[0] == '\0')
            found = &limits[i];
    }
    return found;
}

/* Whether @value has reached @step; @low: small is bad. A step that is NAN is never reached. */
static bool
reached(double value, double step, bool low)
{
    return low ? value <= step : value >= step;
}

static const char *
state_of(const SensorView *view, const SensorLimit *limit)
{
    if (isnan(view->value))
        return "unknown";
    if (limit == NULL)
        return isnan(view->limit) || view->value < view->limit ? "ok" : "fault";
    const bool low = limit->fault < limit->warning;

    if (reached(view->value, limit->fault, low))
        return "fault";
    return reached(view->value, limit->warning, low) ? "warning" : "ok";
}

/* What is not fitted stays so; a source may also have judged by itself. */
static void
judge(SensorView *view, const SensorLimit *limits, size_t n_limits)
{
    const SensorLimit *limit = limit_of(view, limits, n_limits);

    if (view->state[0] != '\0')
        return;
    g_free(view->state);
    view->state = g_strdup(state_of(view, limit));
    if (limit != NULL)
        view->limit = isnan(limit->fault) ? limit->warning : limit->fault;
}

SensorSet *
sensor_set_read(SensorSource *const *sources,
                size_t n_sources,
                const SensorLimit *limits,
                size_t n_limits,
                MonoUs now_us)
{
    SensorReadings readings = {.views = g_array_new(false, true, sizeof(SensorView))};
    SensorSet *set = g_new0(SensorSet, 1);

    for (size_t i = 0; i < n_sources; i++)
        sources[i]->read(sources[i], now_us, &readings);
    g_atomic_ref_count_init(&set->refs);
    set->at_us = now_us;
    set->n_sensors = readings.views->len;
    set->n_left_out = readings.n_left_out;
    set->sensors = (SensorView *)(gpointer)g_array_free(readings.views, false);
    for (size_t i = 0; i < set->n_sensors; i++)
        judge(&set->sensors[i], limits, n_limits);
    return set;
}

size_t
sensor_set_views(const SensorSet *set, MonoUs now_us, SensorView **ret_views)
{
    const size_t n = set != NULL ? set->n_sensors : 0;
    const bool stale = set != NULL && now_us - set->at_us > SENSOR_STALE_US;
    SensorView *views = g_new0(SensorView, n);

    for (size_t i = 0; i < n; i++) {
        const SensorView *view = &set->sensors[i];
        const bool fitted = !g_str_equal(view->state, "not-fitted");

        views[i] = (SensorView){
            .kind = g_strdup(view->kind),
            .name = g_strdup(view->name),
            .value = stale ? NAN : view->value,
            .unit = g_strdup(view->unit),
            .limit = view->limit,
            .state = g_strdup(stale && fitted ? "unknown" : view->state),
            .text = g_strdup(view->text),
        };
    }
    *ret_views = views;
    return n;
}
