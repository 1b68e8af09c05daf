/* The composition root: everything is made, wired and ended here, and nothing is decided here. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/supervisor/options.h"

typedef struct Supervisor Supervisor;

/* Called on the loop when supervisor_stop() has finished. */
typedef void (*SupervisorStopped)(gpointer user_data);

/**
 * supervisor_new:
 * @options: (transfer none): outlives the supervisor
 *
 * Reads settings and inventory, opens the journal, starts every part. Workers, stores, and
 * receivers need not be there. Uses the thread-default main context.
 *
 * Returns: (transfer full): or %NULL: with %GANTRY_ERROR_INVALID for settings or a channel list
 * that must be mended, anything else for a machine that cannot be used
 */
Supervisor *supervisor_new(const Options *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads settings and channel list again. A bad one is refused, said in log and journal, and changes
 * nothing. */
void supervisor_reload(Supervisor *supervisor);

/* Ends workers if the options say so, waiting for them for at most 6 s, then calls @stopped. */
void supervisor_stop(Supervisor *supervisor, SupervisorStopped stopped, gpointer user_data);

/* Ends every thread and frees. (nullable) */
void supervisor_free(Supervisor *supervisor);
