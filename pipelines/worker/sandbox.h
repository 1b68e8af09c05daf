/* Locks the process in: a stream that takes it over gains nothing but this process.
 *
 * No new privileges; no file but what measuring needs (Landlock, as far as the kernel knows it); no
 * system call but what measuring needs (seccomp: any other ends the process); few descriptors, no
 * core. Sockets of the two IP versions and of Unix only; no program is started, no namespace made.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Set to anything: forbidden system calls are logged by the kernel instead of ending the process.
 */
#define SANDBOX_LOG_VARIABLE "GANTRY_SANDBOX_LOG"

/**
 * sandbox_enter:
 * @state: the state folder; its run/workers stays writable
 * @segments: folder of the input's segments, which stays writable, too; (nullable): none
 *
 * For all threads, those that run and those to come. There is no way back.
 *
 * Returns: false with %GANTRY_ERROR_UNAVAILABLE when the kernel refuses. A kernel without Landlock
 *   is no error: the rest is in force then.
 */
bool
sandbox_enter(const char *state, const char *segments, GError **error) G_GNUC_WARN_UNUSED_RESULT;
