/* Temperatures, fans and voltages by libsensors. */
#include <math.h>
#include <sensors/sensors.h>
#include <string.h>

#include "appliance/sensors/sensor-readings.h"

typedef struct {
    SensorSource source;
    bool ready; /* libsensors is initialised */
} HwmonSource;

static const struct {
    sensors_feature_type feature;
    sensors_subfeature_type input;
    sensors_subfeature_type limit;
    const char *kind;
    const char *unit;
} readings_of[] = {
    {SENSORS_FEATURE_TEMP, SENSORS_SUBFEATURE_TEMP_INPUT, SENSORS_SUBFEATURE_TEMP_CRIT,
     "temperature", "celsius"},
    {SENSORS_FEATURE_FAN, SENSORS_SUBFEATURE_FAN_INPUT, SENSORS_SUBFEATURE_UNKNOWN, "fan", "rpm"},
    {SENSORS_FEATURE_IN, SENSORS_SUBFEATURE_IN_INPUT, SENSORS_SUBFEATURE_UNKNOWN, "voltage",
     "volts"},
};

/* NAN if the chip has no such value, or does not give it. */
static double
value_of(const sensors_chip_name *chip,
         const sensors_feature *feature,
         sensors_subfeature_type type)
{
    const sensors_subfeature *subfeature =
        type != SENSORS_SUBFEATURE_UNKNOWN ? sensors_get_subfeature(chip, feature, type) : NULL;
    double value = NAN;

    if (subfeature == NULL || sensors_get_value(chip, subfeature->number, &value) != 0)
        return NAN;
    return value;
}

static unsigned
add_feature(const sensors_chip_name *chip, const sensors_feature *feature, SensorReadings *readings)
{
    for (size_t i = 0; i < G_N_ELEMENTS(readings_of); i++) {
        if (feature->type != readings_of[i].feature ||
            sensors_get_subfeature(chip, feature, readings_of[i].input) == NULL)
            continue;
        char *label = sensors_get_label(chip, feature); /* of libsensors' own malloc() */
        g_autofree char *name =
            g_strdup_printf("%s %s", chip->prefix, label != NULL ? label : feature->name);
        const double limit = value_of(chip, feature, readings_of[i].limit);
        const SensorView view = {
            .kind = (char *)readings_of[i].kind,
            .name = name,
            .value = value_of(chip, feature, readings_of[i].input),
            .unit = (char *)readings_of[i].unit,
            .limit = limit > 0 ? limit : NAN, /* drivers give 0 for none */
        };

        sensor_readings_add(readings, &view);
        free(label);
        return 1;
    }
    return 0;
}

static void
hwmon_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    const HwmonSource *self = (const HwmonSource *)source;
    const sensors_chip_name *chip;
    unsigned found = 0;
    int chip_number = 0;

    while (self->ready && (chip = sensors_get_detected_chips(NULL, &chip_number)) != NULL) {
        const sensors_feature *feature;
        int feature_number = 0;

        while ((feature = sensors_get_features(chip, &feature_number)) != NULL)
            found += add_feature(chip, feature, readings);
    }
    if (found == 0)
        sensor_readings_add_absent(readings, "temperature", "hardware sensors");
}

static void
hwmon_free(SensorSource *source)
{
    HwmonSource *self = (HwmonSource *)source;

    if (self->ready)
        sensors_cleanup();
    g_free(self);
}

SensorSource *
sensor_hwmon_new(void)
{
    HwmonSource *self = g_new0(HwmonSource, 1);

    self->source = (SensorSource){.read = hwmon_read, .free = hwmon_free};
    self->ready = sensors_init(NULL) == 0;
    return &self->source;
}
