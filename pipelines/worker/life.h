/* One worker an input, and one that can always be ended. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define LIFE_STOP_SECONDS 5u
#define LIFE_EXIT_TWICE   3  /* exit status: another worker of this input runs */
#define LIFE_EXIT_SPENT   78 /* exit status: no descriptor, or no memory, is left */
#define LIFE_EXIT_STUCK   77 /* exit status: stopping took too long */

typedef struct Life Life;

/**
 * life_begin:
 * @state: the state folder; STATE/run/workers/ID is made in it
 *
 * Locks STATE/run/workers/ID.lock and writes STATE/run/workers/ID.pid: "PID STARTTIME\n", the start
 * time in clock ticks since boot as in /proc/PID/stat, so that a number used again is not taken for
 * this process.
 *
 * Returns: (transfer full): or %NULL: %GANTRY_ERROR_CONFLICT when another worker holds the lock,
 *   else %GANTRY_ERROR_UNAVAILABLE
 */
Life *life_begin(const char *state, const char *input_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the pid file where the sandbox has not taken that right, and unlocks. @life: (nullable)
 */
void life_end(Life *life);

#define LIFE_MEMORY_LEFT ((size_t)16 << 20) /* bytes: less than that is none */

/* Ends the process, to begin anew, where it has used up its descriptors or its memory: what it
 * still did would be less and less. Costs some microseconds. */
void life_check_room(void);

/* From now on the process ends within LIFE_STOP_SECONDS, whatever happens. */
void life_arm_dead_man(void);
void life_disarm_dead_man(void);

/* Returns: (transfer full): STATE/run/workers/ID, the folder that is this input's alone */
char *life_folder(const char *state, const char *input_id);
