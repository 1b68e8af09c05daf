/* One gantryd a state folder. */
#pragma once

#include <glib.h>

/* Makes STATE/run and locks it for this process, until the descriptor is closed.
 * Returns: the descriptor, or -1 with %GANTRY_ERROR_CONFLICT when another gantryd is there, or
 *   %GANTRY_ERROR_UNAVAILABLE */
int state_lock_take(const char *state_folder, GError **error);
