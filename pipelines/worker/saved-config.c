/* The kept configuration. */
#include "pipelines/worker/saved-config.h"

#include "pipelines/base/error.h"
#include "pipelines/contract/codec.h"

Message *
saved_config_read(const char *path, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(Message) message = NULL;
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &data, &size, &local)) {
        g_set_error(error, GANTRY_ERROR,
                    g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                        ? GANTRY_ERROR_NOT_FOUND
                        : GANTRY_ERROR_UNAVAILABLE,
                    "%s", local->message);
        return NULL;
    }
    message = message_decode(data, size, error);
    if (message == NULL) {
        g_prefix_error(error, "\"%s\": ", path);
        return NULL;
    }
    if (message->kind == MESSAGE_CONFIG)
        return g_steal_pointer(&message);
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "\"%s\" holds no configuration", path);
    return NULL;
}

bool
saved_config_write(const char *path, const Message *message, GError **error)
{
    g_autoptr(GBytes) datagram = message_encode(message, error);
    gsize size = 0;

    if (datagram == NULL)
        return false;
    const char *data = g_bytes_get_data(datagram, &size);

    return g_file_set_contents_full(path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                    error);
}

bool
config_same_pipelines(const MessageConfig *a, const MessageConfig *b)
{
    if (g_strcmp0(a->input_id, b->input_id) != 0 || g_strcmp0(a->address, b->address) != 0 ||
        g_strcmp0(a->decode_backend, b->decode_backend) != 0 ||
        g_strcmp0(a->interface, b->interface) != 0 || a->receive_buffer != b->receive_buffer ||
        a->n_services != b->n_services || (a->segment_seconds == 0) != (b->segment_seconds == 0))
        return false;
    for (size_t i = 0; i < a->n_services; i++) {
        if (g_strcmp0(a->services[i].channel_id, b->services[i].channel_id) != 0 ||
            a->services[i].service_id != b->services[i].service_id)
            return false;
    }
    return true;
}
