/* Events from foreign bytes: refused, or sound enough to be written again and shown. */
#include <glib.h>

#include "appliance/events/event.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Event) event = event_decode(data, size, &error);

    g_assert_true((event == NULL) == (error != NULL));
    if (event == NULL)
        return 0;
    g_autofree char *json = event_to_json(event);
    g_autoptr(GBytes) bytes = event_encode(event);
    gsize written_size;
    const void *written = g_bytes_get_data(bytes, &written_size);
    g_autoptr(Event) again = event_decode(written, written_size, NULL);

    g_assert_true(g_utf8_validate(json, -1, NULL));
    g_assert_nonnull(again);
    g_assert_cmpstr(again->id, ==, event->id);
    return 0;
}
