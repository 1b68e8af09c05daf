/* The elements of this folder, made known to GStreamer within this process. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Starts GStreamer without looking for plugins (no scan, no cache file, no child process),
 * registers `gantry*` elements and silences libavcodec. Once, from the main thread, before any
 * other thread. Returns: false with %GANTRY_ERROR_INTERNAL */
bool gantry_elements_init(GError **error) G_GNUC_WARN_UNUSED_RESULT;
