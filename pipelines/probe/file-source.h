/* A file through the probe's session: once for its clock, once for the analysis. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/file-clock.h"
#include "pipelines/probe/probe-session.h"

/* Reads @path for its clock alone. Returns: (transfer full) (nullable): NULL as below */
FileClock *file_source_clock(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: %FALSE when @path cannot be read, or holds no transport stream:
 * %GANTRY_ERROR_NOT_FOUND or %GANTRY_ERROR_INVALID */
bool
file_source_run(ProbeSession *session, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
