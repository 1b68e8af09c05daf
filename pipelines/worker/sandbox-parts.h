/* The parts of the sandbox, for sandbox.c alone. */
#pragma once

#include "pipelines/worker/sandbox.h"

/* Sets @error to %GANTRY_ERROR_UNAVAILABLE: "sandbox: WHAT: " and the word for @number. Returns:
 * false */
bool sandbox_fail(const char *what, int number, GError **error);

/* Landlock: files, and what else the kernel knows. A kernel without it is no error. */
bool sandbox_confine_files(const SandboxFolders *folders, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* seccomp: system calls and their arguments. */
bool sandbox_confine_calls(GError **error) G_GNUC_WARN_UNUSED_RESULT;
