/* Locks the process in: a stream that takes it over gains nothing but this process.
 *
 * No new privileges and no capabilities, whoever started it; no file but what measuring needs, no
 * TCP, no abstract socket and no signal beyond this process (Landlock, as far as the kernel knows
 * them); no system call but what measuring needs, and of those only on this process (seccomp: any
 * other ends it); little memory, few descriptors, no core. Sockets for datagrams of the two IP
 * versions, and of Unix; none for byte streams, which stores speak. No program is started, no
 * namespace made, no memory written and run. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Set to anything: forbidden system calls are logged by the kernel instead of ending the process.
 */
#define SANDBOX_LOG_VARIABLE "GANTRY_SANDBOX_LOG"

/* What data and stacks may grow by: that of one service whatever its pictures, and of each more. */
#define SANDBOX_MEMORY_BYTES         (UINT64_C(700) << 20)
#define SANDBOX_MEMORY_SERVICE_BYTES (UINT64_C(100) << 20)
#define SANDBOX_MEMORY_SERVICES_MAX  64u

/* What stays writable. */
typedef struct {
    const char *own; /* the input's folder of small files: see life_folder(); (nullable): none */
    const char *segments; /* the input's folder of segments, with folders in it; (nullable): none */
} SandboxFolders;

/**
 * sandbox_enter:
 *
 * For this thread and those to come; there may be no other yet, and there is no way back.
 *
 * Returns: false with %GANTRY_ERROR_UNAVAILABLE when another thread runs, or the kernel refuses. A
 *   kernel without Landlock is no error: the rest is in force then.
 */
bool sandbox_enter(const SandboxFolders *folders, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Allows the memory that @n_services need; after sandbox_enter(). */
void sandbox_set_services(size_t n_services);
