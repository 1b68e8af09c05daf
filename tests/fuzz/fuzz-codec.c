/* Messages from a hostile worker: what is taken can be said again, and reads the same. */
#include <glib.h>

#include "pipelines/contract/codec.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) message = message_decode(data, size, &error);

    if (!message) {
        g_assert_nonnull(error);
        return 0;
    }
    g_autoptr(GBytes) bytes = message_encode(message, &error);

    g_assert_no_error(error);
    g_autoptr(Message) again =
        message_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &error);

    g_assert_no_error(error);
    g_assert_cmpuint(again->kind, ==, message->kind);
    g_assert_cmpuint(again->sequence, ==, message->sequence);
    return 0;
}
