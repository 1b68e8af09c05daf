/* Adding readings, and what sources have in common. */
#include "appliance/sensors/sensor-source.h"

#include <math.h>
#include <string.h>

#include "appliance/sensors/sensor-readings.h"
#include "pipelines/base/text.h"

#define NAME_MAX_BYTES 80
#define TEXT_MAX_BYTES 240
#define NUMBER_MAX     64

void
sensor_source_free(SensorSource *source)
{
    if (source != NULL)
        source->free(source);
}

void
sensor_view_clear(SensorView *view)
{
    g_free(view->kind);
    g_free(view->name);
    g_free(view->unit);
    g_free(view->state);
    g_free(view->text);
    *view = (SensorView){0};
}

void
sensor_readings_add(SensorReadings *readings, const SensorView *view)
{
    const SensorView copy = {
        .kind = g_strdup(view->kind),
        .name = text_clean(view->name, NAME_MAX_BYTES),
        .value = view->value,
        .unit = g_strdup(view->unit != NULL ? view->unit : ""),
        .limit = view->limit,
        .state = g_strdup(view->state != NULL ? view->state : ""),
        .text = view->text != NULL ? text_clean(view->text, TEXT_MAX_BYTES) : NULL,
    };

    if (readings->views->len < SENSOR_READINGS_MAX) {
        g_array_append_val(readings->views, copy);
        return;
    }
    SensorView dropped = copy;

    sensor_view_clear(&dropped);
    readings->n_left_out++;
}

void
sensor_readings_add_absent(SensorReadings *readings, const char *kind, const char *name)
{
    const SensorView view = {
        .kind = (char *)kind,
        .name = (char *)name,
        .value = NAN,
        .limit = NAN,
        .state = (char *)"not-fitted",
    };

    sensor_readings_add(readings, &view);
}

void
sensor_add(
    SensorReadings *readings, const char *kind, const char *name, double value, const char *unit)
{
    const SensorView view = {
        .kind = (char *)kind,
        .name = (char *)name,
        .value = value,
        .unit = (char *)unit,
        .limit = NAN,
    };

    sensor_readings_add(readings, &view);
}

char *
sensor_file(const char *root, const char *path)
{
    g_autofree char *whole = g_strconcat(root, path, NULL);
    char *text = NULL;

    return g_file_get_contents(whole, &text, NULL, NULL) ? text : NULL;
}

double
sensor_number_after(const char *text, const char *name)
{
    const size_t length = strlen(name);

    for (const char *at = text; (at = strstr(at, name)) != NULL; at += length) {
        const bool begins = at == text || at[-1] == '\n' || at[-1] == ' ';
        char number[NUMBER_MAX] = "";
        char *end = NULL;

        if (!begins)
            continue;
        g_strlcpy(number, at + length, sizeof number);
        const double value = g_ascii_strtod(number, &end);

        return end != number ? value : NAN;
    }
    return NAN;
}

typedef struct {
    SensorSource source;
    GArray *views; /* (element-type SensorView) */
} FakeSource;

static void
fake_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    FakeSource *self = (FakeSource *)source;

    for (guint i = 0; i < self->views->len; i++)
        sensor_readings_add(readings, &g_array_index(self->views, SensorView, i));
}

static void
fake_free(SensorSource *source)
{
    FakeSource *self = (FakeSource *)source;

    g_array_unref(self->views);
    g_free(self);
}

SensorSource *
sensor_fake_new(const SensorView *views, size_t n)
{
    FakeSource *self = g_new0(FakeSource, 1);
    SensorReadings readings = {.views = g_array_new(false, true, sizeof(SensorView))};

    self->source = (SensorSource){.read = fake_read, .free = fake_free};
    g_array_set_clear_func(readings.views, (GDestroyNotify)sensor_view_clear);
    for (size_t i = 0; i < n; i++)
        sensor_readings_add(&readings, &views[i]);
    self->views = readings.views;
    return &self->source;
}
