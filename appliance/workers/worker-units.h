/* Starting and stopping worker processes, one per input, by whatever this box has for that.
 *
 * It never decides: the supervisor says which input shall run, and is told what ended. Thread:
 * everything on the thread-default main context at creation. Nothing here blocks on a process. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define WORKER_UNITS_MAX_ARGUMENTS 64u

#define GANTRY_TYPE_WORKER_UNITS (gantry_worker_units_get_type())
G_DECLARE_INTERFACE(GantryWorkerUnits, gantry_worker_units, GANTRY, WORKER_UNITS, GObject)

struct _GantryWorkerUnitsInterface {
    GTypeInterface parent;

    bool (*start)(GantryWorkerUnits *self, const char *input_id, GError **error);
    bool (*stop)(GantryWorkerUnits *self, const char *input_id, GError **error);
    bool (*kill)(GantryWorkerUnits *self, const char *input_id, GError **error);
    GStrv (*list)(GantryWorkerUnits *self);
    bool (*is_worker)(GantryWorkerUnits *self, const char *input_id, uint32_t pid);
};

/**
 * GantryWorkerUnits::ended:
 * @input_id: slug
 * @text: one sentence, such as "killed by signal 9" or "exited with status 1"
 *
 * The worker of @input_id is gone, asked for or not. Not emitted by the systemd implementation,
 * which restarts what crashes by itself.
 */

/**
 * GantryWorkerUnits::failed:
 * @input_id: slug
 * @error: (transfer none): why a request that was accepted could not be carried out
 */

/* Starts a worker; %TRUE also if it runs already. %FALSE with GANTRY_ERROR_INVALID for an id that
 * is no slug, else GANTRY_ERROR_UNAVAILABLE. */
bool gantry_worker_units_start(GantryWorkerUnits *self,
                               const char *input_id,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Asks a worker to end (SIGTERM). Does not wait. GANTRY_ERROR_NOT_FOUND if none runs. */
bool gantry_worker_units_stop(GantryWorkerUnits *self,
                              const char *input_id,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends a worker that does not answer (SIGKILL). Does not wait. GANTRY_ERROR_NOT_FOUND if none runs.
 */
bool gantry_worker_units_kill(GantryWorkerUnits *self,
                              const char *input_id,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): ids of inputs whose worker is known to run, sorted; never %NULL */
GStrv gantry_worker_units_list(GantryWorkerUnits *self);

/* Whether process @pid, as the kernel told it, may speak for @input_id. %TRUE where that cannot be
 * told: under systemd, other users' processes are hidden from gantryd. */
bool gantry_worker_units_is_worker(GantryWorkerUnits *self, const char *input_id, uint32_t pid);

/* For implementations: the keys of @table (element-type utf8), sorted. Returns: (transfer full) */
GStrv worker_units_sorted_ids(GHashTable *table);
