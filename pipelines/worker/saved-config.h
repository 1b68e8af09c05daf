/* The last configuration of an input, kept so that a worker can measure before gantryd answers: one
 * Config message, as on the wire. */
#pragma once

#include <glib.h>

#include "pipelines/contract/message.h"

/* Returns: (transfer full): the Config in @path, or %NULL with %GANTRY_ERROR_NOT_FOUND (no such
 * file), %GANTRY_ERROR_INVALID or %GANTRY_ERROR_UNAVAILABLE */
Message *saved_config_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes @message, a Config, to @path: whole or not at all, for this user only. */
bool saved_config_write(const char *path,
                        const Message *message,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether both describe the same pipelines: input, address, interface, buffer and services. Depth
 * and thumbnail period can be changed while they run. */
bool config_same_pipelines(const MessageConfig *a, const MessageConfig *b);
