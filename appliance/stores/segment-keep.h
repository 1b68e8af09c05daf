/* Keeping segments of a worker's ring elsewhere, where they outlive it. Blocks on disk. */
#pragma once

#include <glib.h>

#include "pipelines/base/segment-index.h"

/**
 * segment_keep:
 * @folder: of a channel
 * @target: folder, made if missing
 *
 * Keeps the complete segments between two times in @target, with an index: it can be read like any
 * channel's folder. By hard links where the file system and the owner allow it, else as copies.
 *
 * Returns: how many are there now; -1 with %GANTRY_ERROR_UNAVAILABLE
 */
int segment_keep(const char *folder,
                 WallUs from_us,
                 WallUs to_us,
                 const char *target,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
