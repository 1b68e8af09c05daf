/* A WAV file as the one sound of a media report. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/media.h"

/* Adds to @media what the file's sound is. @ret_cut: whether the file ends before its samples do.
 * Returns: %FALSE with %GANTRY_ERROR_NOT_FOUND or %GANTRY_ERROR_INVALID when it cannot be read */
bool wav_source_run(Media *media, const char *path, bool *ret_cut, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether @path is a WAV file by its first bytes. Returns: %FALSE when it cannot be read */
bool
wav_source_is_wav(const char *path, bool *ret_is_wav, GError **error) G_GNUC_WARN_UNUSED_RESULT;
