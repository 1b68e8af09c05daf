/* Inventory files from a damaged disk: refused, or sound enough to be written again as they are. */
#include <glib.h>
#include <string.h>

#include "appliance/config/inventory-store.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Inventory) inventory = inventory_from_json((const char *)data, size, &error);

    g_assert_true((inventory == NULL) == (error != NULL));
    if (inventory == NULL)
        return 0;
    g_autofree char *first = inventory_to_json(inventory);
    g_autoptr(Inventory) again = inventory_from_json(first, strlen(first), &error);

    g_assert_no_error(error);
    g_autofree char *second = inventory_to_json(again);

    g_assert_cmpstr(first, ==, second);
    return 0;
}
