/* The inventory as objects that people see and change: each has a collection, an id in it, one JSON
 * text that says all of it (secrets left out), which its ETag is made of (etag_of()). Pure. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/config/channel-object.h"

/* Collections: "channels", "walls", "calendar", "runbooks", "policy" (its one object has the id
 * ""), "profiles", "group-profiles" (by group), "receivers", "accounts" (by name; only the role).
 */

/* Name of a collection, counted from 0; (nullable): %NULL behind the last. */
const char *inventory_collection(unsigned index);

/* Returns: (transfer full): all ids of a collection, in the inventory's order; never %NULL */
GStrv inventory_object_ids(const Inventory *inventory, const char *collection);

/* Returns: (transfer full) (nullable): %NULL if there is no such collection or object */
char *inventory_object_text(const Inventory *inventory,
                            const char *collection,
                            const char *id,
                            const ChannelRules *rules);

/**
 * inventory_object_check:
 * @rules: (nullable): not looked at but for channels
 * @if_match: (nullable): what the caller's If-Match holds: ETags with commas between, or "*"
 *
 * Whether a change of the object may go on: it is not there yet, or it is as @if_match says.
 *
 * Returns: %FALSE with %GANTRY_ERROR_NO_CONDITION, or %GANTRY_ERROR_CHANGED when somebody changed
 *   or removed it meanwhile
 */
bool inventory_object_check(const Inventory *inventory,
                            const char *collection,
                            const char *id,
                            const ChannelRules *rules,
                            const char *if_match,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A change of one object of "channels" or "walls". */
typedef struct {
    const char *collection;
    const char *id;
    const char *json; /* (nullable): the new object, or what differs in it; NULL: it goes */
    bool merge;       /* @json is a merge patch (RFC 7396) of what is there */
} ObjectChange;

/**
 * inventory_object_change:
 * @ret_pointer: (out): (transfer full) (nullable): JSON pointer (RFC 6901) to what was refused
 *
 * Returns: (transfer full): a new generation, or @inventory with one more reference when nothing
 *   changes; %NULL with the error
 */
Inventory *inventory_object_change(Inventory *inventory,
                                   const ObjectChange *change,
                                   const ChannelRules *rules,
                                   char **ret_pointer,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* {"items":[{"etag":"...", ...}, ...],"next_cursor":null,"generation":12} of "channels" or "walls".
 * Returns: (transfer full) */
char *inventory_object_list(const Inventory *inventory,
                            const char *collection,
                            const ChannelRules *rules);
