/* Only regular files: the clock is found in a pass of its own. */
#include "pipelines/probe/input-file.h"

#include "pipelines/base/error.h"
#include "pipelines/probe/capture-reader.h"

static bool
check_kind(GFile *file, GError **error)
{
    const GFileType type = g_file_query_file_type(file, G_FILE_QUERY_INFO_NONE, NULL);

    if (type == G_FILE_TYPE_REGULAR || type == G_FILE_TYPE_UNKNOWN) /* opening it tells why */
        return true;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        type == G_FILE_TYPE_DIRECTORY ? "it is a folder"
                                                      : "it is no regular file, and is read twice");
    return false;
}

GInputStream *
input_file_open(const char *path, GError **error)
{
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GError) cause = NULL;

    if (!check_kind(file, error))
        return NULL;
    GFileInputStream *stream = g_file_read(file, NULL, &cause);

    if (!stream)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND,
                            g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                                ? "there is no such file"
                            : g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
                                ? "you may not read it"
                                : cause->message);
    return G_INPUT_STREAM(stream);
}

gssize
input_file_read(GInputStream *stream, uint8_t *chunk, GError **error)
{
    g_autoptr(GError) cause = NULL;
    gsize size = 0;

    if (g_input_stream_read_all(stream, chunk, INPUT_FILE_CHUNK, &size, NULL, &cause))
        return (gssize)size;
    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, cause->message);
    return -1;
}

bool
input_file_head(const char *path, uint8_t *head, size_t max, size_t *ret_size, GError **error)
{
    g_autoptr(GInputStream) stream = input_file_open(path, error);
    g_autoptr(GError) cause = NULL;
    gsize size = 0;

    if (!stream)
        return false;
    if (!g_input_stream_read_all(stream, head, max, &size, NULL, &cause)) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, cause->message);
        return false;
    }
    *ret_size = size;
    return true;
}

bool
input_file_is_capture(const char *path, bool *ret_is_capture, GError **error)
{
    uint8_t magic[CAPTURE_MAGIC_SIZE];
    size_t size = 0;

    if (!input_file_head(path, magic, sizeof magic, &size, error))
        return false;
    *ret_is_capture = capture_looks_like(magic, size);
    return true;
}
