/* Lines "cpuN user nice system idle iowait irq softirq steal ..." in ticks. */
#include "appliance/supervisor/machine-load.h"

#include <glib.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "pipelines/base/cpu-set.h"

#define STAT_FILE  "/proc/stat"
#define N_FIELDS   8u /* that are time; the guests' is in the user's */
#define IDLE_FIELD 3u
#define WAIT_FIELD 4u

void
machine_load_init(MachineLoad *load, const char *worker_cpus)
{
    const long n_cpus = MIN(sysconf(_SC_NPROCESSORS_CONF), (long)CPU_SETSIZE);
    cpu_set_t there;

    *load = (MachineLoad){.busy_s = (double)NAN};
    CPU_ZERO(&there);
    for (long cpu = 0; cpu < n_cpus; cpu++)
        CPU_SET((size_t)cpu, &there);
    if (cpu_set_parse(worker_cpus, &load->cpus))
        CPU_AND(&load->cpus, &load->cpus, &there);
    /* Workers that are pinned nowhere run where we do. */
    if (CPU_COUNT(&load->cpus) == 0 && sched_getaffinity(0, sizeof load->cpus, &load->cpus) != 0)
        load->cpus = there;
    load->cores = MAX(CPU_COUNT(&load->cpus), 1);
}

/* Busy seconds of the line, which stands behind "cpuN "; 0 if it is none. */
static double
busy_of(const char *fields)
{
    g_auto(GStrv) words = g_strsplit(fields, " ", N_FIELDS + 1);
    double ticks = 0;

    for (unsigned i = 0; i < N_FIELDS && words[i] != NULL; i++) {
        guint64 value = 0;

        if (i == IDLE_FIELD || i == WAIT_FIELD)
            continue;
        if (!g_ascii_string_to_unsigned(words[i], 10, 0, G_MAXUINT64, &value, NULL))
            return 0;
        ticks += (double)value;
    }
    return ticks / (double)sysconf(_SC_CLK_TCK);
}

static double
busy_seconds(const MachineLoad *load)
{
    g_autofree char *text = NULL;
    double busy_s = 0;
    bool found = false;

    if (!g_file_get_contents(STAT_FILE, &text, NULL, NULL))
        return (double)NAN;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL && g_str_has_prefix(*line, "cpu"); line++) {
        char *space = strchr(*line, ' ');
        guint64 cpu = 0;

        if (space == NULL)
            continue;
        *space = '\0';
        if (!g_ascii_string_to_unsigned(*line + strlen("cpu"), 10, 0, CPU_SETSIZE - 1, &cpu,
                                        NULL) ||
            !CPU_ISSET((size_t)cpu, &load->cpus))
            continue;
        busy_s += busy_of(space + 1);
        found = true;
    }
    return found ? busy_s : (double)NAN;
}

double
machine_load_read(MachineLoad *load, MonoUs now_us)
{
    const double before_s = load->busy_s;
    const double passed_s = (double)(now_us - load->at_us) / (double)US_PER_SECOND;

    load->busy_s = busy_seconds(load);
    if (load->at_us == 0 || passed_s <= 0 || !isfinite(before_s)) {
        load->at_us = now_us;
        return (double)NAN;
    }
    load->at_us = now_us;
    return MIN(MAX(load->busy_s - before_s, 0.0) / passed_s, load->cores);
}
