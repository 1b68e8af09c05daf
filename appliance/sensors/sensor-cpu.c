/* CPU: what our processes used, what waited for a core, and what a hypervisor took.
 *
 * /proc/stat undercounts many short wake-ups, so use is taken from the cgroup's own account; only
 * stolen time, which nothing else tells, comes from there. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "appliance/sensors/sensor-readings.h"

#define IDLE_FIELD 3u
#define WAIT_FIELD 4u
#define STEAL_FIELD                                                                                \
    7 /* of the "cpu" line, from 0: user nice system idle iowait irq softirq steal */

typedef struct {
    SensorSource source;
    char *root;
    double used_s;   /* of the last reading; NAN: none */
    double stolen_s; /* the same */
    double busy_s;   /* the same, of the whole box */
    MonoUs at_us;
} CpuSource;

/* Seconds of CPU that the group of processes we are in has used, or NAN. */
static double
group_usage_s(const char *root)
{
    g_autofree char *membership = sensor_file(root, "/proc/self/cgroup");
    const char *line = membership != NULL ? strstr(membership, "0::") : NULL;

    if (line == NULL)
        return NAN;
    g_autofree char *group = g_strndup(line + 3, strcspn(line + 3, "\n"));
    g_autofree char *path = g_strdup_printf("/sys/fs/cgroup%s/cpu.stat", group);
    g_autofree char *text = sensor_file(root, path);

    return text != NULL ? sensor_number_after(text, "usage_usec ") / 1e6 : NAN;
}

static double
stolen_s(const char *root)
{
    g_autofree char *text = sensor_file(root, "/proc/stat");

    if (text == NULL || !g_str_has_prefix(text, "cpu  "))
        return NAN;
    g_autofree char *line =
        g_strndup(text + strlen("cpu  "), strcspn(text, "\n") - strlen("cpu  "));
    g_auto(GStrv) fields = g_strsplit(line, " ", -1);

    if (g_strv_length(fields) <= STEAL_FIELD)
        return NAN;
    return g_ascii_strtod(fields[STEAL_FIELD], NULL) / (double)sysconf(_SC_CLK_TCK);
}

/* Seconds of CPU that everything on the box has used, or NAN. */
static double
busy_s(const char *root)
{
    g_autofree char *text = sensor_file(root, "/proc/stat");
    double ticks = 0;

    if (text == NULL || !g_str_has_prefix(text, "cpu  "))
        return NAN;
    g_autofree char *line =
        g_strndup(text + strlen("cpu  "), strcspn(text, "\n") - strlen("cpu  "));
    g_auto(GStrv) fields = g_strsplit(line, " ", -1);

    for (unsigned i = 0; fields[i] != NULL && i < STEAL_FIELD; i++)
        if (i != IDLE_FIELD && i != WAIT_FIELD)
            ticks += g_ascii_strtod(fields[i], NULL);
    return ticks / (double)sysconf(_SC_CLK_TCK);
}

/* Adds how much of all cores went to something since the last reading; nothing at the first. */
static void
add_share(
    SensorReadings *readings, const char *name, double now_s, double last_s, double core_seconds)
{
    if (isnan(now_s))
        sensor_readings_add_absent(readings, "cpu", name);
    else if (!isnan(last_s) && core_seconds > 0)
        sensor_add(readings, "cpu", name, MAX(now_s - last_s, 0) / core_seconds, "ratio");
}

static void
cpu_read(SensorSource *source, MonoUs now_us, SensorReadings *readings)
{
    CpuSource *self = (CpuSource *)source;
    g_autofree char *pressure = sensor_file(self->root, "/proc/pressure/cpu");
    const double used = group_usage_s(self->root);
    const double stolen = stolen_s(self->root);
    const double busy = busy_s(self->root);
    const double cores = (double)sysconf(_SC_NPROCESSORS_ONLN);
    const double core_seconds = (double)(now_us - self->at_us) * 1e-6 * cores;

    add_share(readings, "CPU of the whole box", busy, self->busy_s, core_seconds);
    add_share(readings, "CPU used by this service", used, self->used_s, core_seconds);
    add_share(readings, "CPU stolen by the hypervisor", stolen, self->stolen_s, core_seconds);
    self->used_s = used;
    self->stolen_s = stolen;
    self->busy_s = busy;
    self->at_us = now_us;
    if (pressure == NULL)
        sensor_readings_add_absent(readings, "cpu", "CPU pressure");
    else
        sensor_add(readings, "cpu", "CPU pressure",
                   sensor_number_after(pressure, "some avg10=") / 100, "ratio");
}

static void
cpu_free(SensorSource *source)
{
    CpuSource *self = (CpuSource *)source;

    g_free(self->root);
    g_free(self);
}

SensorSource *
sensor_cpu_new(const char *root)
{
    CpuSource *self = g_new0(CpuSource, 1);

    self->source = (SensorSource){.read = cpu_read, .free = cpu_free};
    self->root = g_strdup(root);
    self->used_s = NAN;
    self->stolen_s = NAN;
    self->busy_s = NAN;
    return &self->source;
}
