/* What differs between two generations of the inventory, object by object and member by member, for
 * people: secrets are in none of it. Pure. */
#pragma once

#include "appliance/config/inventory.h"

/**
 * inventory_compare:
 *
 * Returns: (transfer full): a JSON array of
 *   {"collection": "channels", "id": "one", "change": "added|removed|changed",
 *    "fields": [{"name": "address", "before": ..., "after": ...}]}
 *   of an object that was added every "before" is null, of a removed one every "after". That the
 *   channels stand in another order is one entry with the id "" and the field "order".
 */
char *inventory_compare(const Inventory *from, const Inventory *to);

/* The same as one sentence of at most %INVENTORY_WHAT_MAX bytes, for lists and the audit; "nothing"
 * when nothing differs that is shown. Returns: (transfer full) */
char *inventory_compare_text(const Inventory *from, const Inventory *to);
