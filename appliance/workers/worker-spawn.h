/* Workers as processes that gantryd starts itself: on a laptop and in tests.
 *
 * Each worker leads its own session and process group and outlives gantryd. PID_FOLDER/ID.pid says
 * "pid starttime" (field 22 of /proc/PID/stat); by it a new gantryd adopts the workers of the last.
 * No process is ever signalled whose start time differs from the one written there. */
#pragma once

#include "appliance/workers/worker-units.h"

#define GANTRY_TYPE_WORKER_SPAWN (gantry_worker_spawn_get_type())
G_DECLARE_FINAL_TYPE(GantryWorkerSpawn, gantry_worker_spawn, GANTRY, WORKER_SPAWN, GObject)

/**
 * gantry_worker_spawn_new:
 * @argv: (transfer none): program and arguments; "%i" in an argument stands for the input's id
 * @pid_folder: STATE/run/workers; made if missing, mode 0700
 * @log_folder: (nullable): standard error of worker ID is appended to LOG_FOLDER/ID.log, which
 *   starts afresh above 1 MiB; %NULL: inherited
 *
 * Adopts what still runs according to @pid_folder. Disposing of it leaves the workers running.
 *
 * Returns: (transfer full): or %NULL with %GANTRY_ERROR_UNAVAILABLE
 */
GantryWorkerSpawn *gantry_worker_spawn_new(const char *const *argv,
                                           const char *pid_folder,
                                           const char *log_folder,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Process id of the worker of @input_id; 0 if none runs. */
GPid gantry_worker_spawn_get_pid(GantryWorkerSpawn *self, const char *input_id);
