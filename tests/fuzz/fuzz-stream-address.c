/* Addresses from foreign text: refused with one clean line, or written in one way that reads as the
 * same address. */
#include <glib.h>
#include <string.h>

#include "pipelines/base/stream-address.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    StreamAddress address, again;

    if (!stream_address_parse(text, &address, &error)) {
        g_assert_nonnull(error);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        g_assert_null(strchr(error->message, '\n'));
        return 0;
    }
    g_assert_cmpuint(address.n_legs, >=, 1);
    g_assert_cmpuint(address.n_legs, <=, STREAM_ADDRESS_LEGS_MAX);
    g_autofree char *written = stream_address_to_text(&address);

    g_assert_true(stream_address_parse(written, &again, NULL));
    g_autofree char *twice = stream_address_to_text(&again);

    g_assert_cmpstr(written, ==, twice);
    return 0;
}
