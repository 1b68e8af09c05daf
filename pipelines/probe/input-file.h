/* A file, read front to back as often as need be. */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define INPUT_FILE_CHUNK (188u * 1024u) /* bytes of one read */

/* Returns: (transfer full) (nullable): NULL with %GANTRY_ERROR_NOT_FOUND when @path cannot be read,
 * %GANTRY_ERROR_INVALID when it is a folder, a pipe or a device: those cannot be read twice */
GInputStream *input_file_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* @chunk: of INPUT_FILE_CHUNK bytes. Returns: bytes read, 0 at the end, -1 on failure */
gssize
input_file_read(GInputStream *stream, uint8_t *chunk, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first bytes of @path, at most @max, into @head. Returns: %FALSE as above */
bool input_file_head(const char *path, uint8_t *head, size_t max, size_t *ret_size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* Whether @path is a capture by its first bytes. Returns: %FALSE when it cannot be read */
bool input_file_is_capture(const char *path,
                           bool *ret_is_capture,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
