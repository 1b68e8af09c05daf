/* How busy the cores that workers may use are, whoever uses them. Used on the loop only; reads
 * /proc/stat, which misses short turns: what it says is the least. */
#pragma once

#include <sched.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct {
    cpu_set_t cpus; /* that are counted */
    double cores;   /* how many these are; at least 1 */
    double busy_s;  /* of them, since the start of the machine; NAN: unknown */
    MonoUs at_us;   /* when that was read; 0: never */
} MachineLoad;

/* @worker_cpus: as a hardware profile names them, "" for all that are there */
void machine_load_init(MachineLoad *load, const char *worker_cpus);

/* Cores that were busy since the last call, idle ones and waiting for disks taken off. NAN at the
 * first call, and where it cannot be read. */
double machine_load_read(MachineLoad *load, MonoUs now_us);
