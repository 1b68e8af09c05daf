/* Channel lists from foreign text: refused with one line that names the file, or entries that keep
 * every promise of their header and survive being written and read as an inventory. */
#include <glib.h>
#include <string.h>

#include "appliance/config/inventory-store.h"
#include "pipelines/base/slug.h"
#include "pipelines/base/stream-address.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_entry(const ChannelEntry *entry)
{
    StreamAddress address;

    g_assert_true(slug_is_valid(entry->id));
    g_assert_true(stream_address_parse(entry->address, &address, NULL));
    g_autofree char *again = stream_address_to_text(&address);

    g_assert_cmpstr(again, ==, entry->address);
    g_assert_true(g_utf8_validate(entry->name, -1, NULL));
    g_assert_cmpuint(strlen(entry->name), >, 0);
    g_assert_cmpuint(strlen(entry->name), <=, CHANNEL_LIST_MAX_TEXT);
    g_assert_cmpuint(strlen(entry->group), <=, CHANNEL_LIST_MAX_TEXT);
    g_assert_cmpint(g_utf8_strlen(entry->short_name, -1), <=, CHANNEL_LIST_MAX_SHORT);
    g_assert_cmpuint(strlen(entry->short_name), >, 0);
    g_assert_cmpuint(strlen(entry->interface), <=, CHANNEL_LIST_MAX_INTERFACE);
    g_assert_true(entry->profile[0] == '\0' || slug_is_valid(entry->profile));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ChannelList) list = channel_list_parse("F", (const char *)data, size, NULL, &error);

    g_assert_true((list == NULL) == (error != NULL));
    if (list == NULL) {
        g_assert_true(g_str_has_prefix(error->message, "F:"));
        g_assert_null(strchr(error->message, '\n'));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        return 0;
    }
    g_assert_cmpuint(list->n_channels, >, 0);
    g_assert_cmpuint(list->n_channels, <=, CHANNEL_LIST_MAX_CHANNELS);
    for (size_t i = 0; i < list->n_channels; i++)
        check_entry(&list->channels[i]);
    g_autoptr(Inventory) empty = inventory_new();
    g_autoptr(Inventory) inventory = inventory_with_channels(empty, list);
    g_autofree char *json = inventory_to_json(inventory);
    g_autoptr(Inventory) again = inventory_from_json(json, strlen(json), &error);

    g_assert_no_error(error);
    g_autoptr(Inventory) same = inventory_with_channels(again, list);

    g_assert_true(same == again);
    return 0;
}
