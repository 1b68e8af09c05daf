/* The sound of one PID of a transport stream, as a WAV file: see sound-recorder.h. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"

#define SOUND_EXPORT_INPUT_MAX (64u << 20) /* bytes taken from standard input */

/**
 * sound_export_keep_input:
 *
 * Reads standard input to its end into memory, as files are read more than once.
 *
 * Returns: (transfer full): a path by which this process can read it; %NULL with
 *   %GANTRY_ERROR_INVALID when it is longer than %SOUND_EXPORT_INPUT_MAX, %GANTRY_ERROR_UNAVAILABLE
 *   when it cannot be read or kept
 */
char *sound_export_keep_input(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * sound_export_run:
 * @pid: of the sound
 * @after: samples up to this PTS are left out; PTS90_MODULUS: none
 *
 * Returns: (transfer full): the WAV file; %NULL with %GANTRY_ERROR_NOT_FOUND when there is no sound
 *   of @pid that can be decoded, or as file_source_run()
 */
GBytes *sound_export_run(const char *path, uint16_t pid, Pts90 after, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
