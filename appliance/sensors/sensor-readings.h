/* What sources add to and the poller reads. For the files of sensors only. */
#pragma once

#include "appliance/sensors/sensor-source.h"

struct SensorReadings {
    GArray *views; /* (element-type SensorView): owns their texts */
    size_t n_left_out;
};

void sensor_view_clear(SensorView *view);

/* A number in @text behind the word @name at the start of a line, or behind a space: "some
 * avg10=1.50", "MemTotal: 123 kB". Returns: NAN if it is not there */
double sensor_number_after(const char *text, const char *name);

/* Adds @value of @kind and @name in @unit, without a limit of the hardware's own. */
void sensor_add(
    SensorReadings *readings, const char *kind, const char *name, double value, const char *unit);

/* The content of ROOT/PATH, or %NULL. Returns: (transfer full) */
char *sensor_file(const char *root, const char *path);
