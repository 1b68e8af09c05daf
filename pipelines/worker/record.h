/* What a worker says, written to a file: `--record`. Layout, little-endian, repeated:
 *
 *     u32 length | i64 MonoUs when it was said | @length bytes: one datagram
 *
 * Recording goes on while gantryd is away. A write that fails ends the recording, never the
 * measuring. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

typedef struct Record Record;

/* Returns: (transfer full): or %NULL with %GANTRY_ERROR_UNAVAILABLE */
Record *record_new(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void record_free(Record *record); /* (nullable) */

/* Returns: false when the file does not take any more; said once. */
bool record_add(Record *record, GBytes *datagram, MonoUs at_us);
