/* One channel as people change it, as a JSON object:
 *
 *   {"id": "one", "name": "One HD", "short_name": "ONE", "group": "News",
 *    "address": "udp://239.1.1.1:5000", "interface": "eth1", "service_id": 0,
 *    "profile": "news", "commissioned": true, "enabled": true, "managed_by": null}
 *
 * "managed_by" is the file that says what the channel is, %NULL for one that people may change.
 * What is written may also hold "position", its place in the site's order, from 1. Pure. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/config/inventory.h"

/* What a change must respect. */
typedef struct {
    const char *channels_file; /* of the settings; "" if they name none */
    const char *interface;     /* for channels that name none */
    bool allow_loopback;       /* channels may be received on loopback and on ports below 1024 */
} ChannelRules;

/* Returns: (transfer full) */
char *channel_object_show(const InventoryChannel *channel, const ChannelRules *rules);

/* Whether @channel is what @rules' file says it is: people cannot change it here. */
bool channel_is_managed(const InventoryChannel *channel, const ChannelRules *rules);

/**
 * channel_object_set:
 * @id: of the channel; it is made if there is none
 * @object: all that it shall be; members that are left out take their defaults
 * @ret_member: (out): (transfer none) (nullable): the member that was refused
 *
 * Returns: (transfer full): a new generation, or @inventory with one more reference when nothing
 *   changes; %NULL with %GANTRY_ERROR_INVALID, or %GANTRY_ERROR_CONFLICT for one that is managed
 */
Inventory *channel_object_set(Inventory *inventory,
                              const char *id,
                              JsonObject *object,
                              const ChannelRules *rules,
                              const char **ret_member,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Returns: (transfer full): without channel @id; %NULL with %GANTRY_ERROR_NOT_FOUND or
 * %GANTRY_ERROR_CONFLICT */
Inventory *channel_object_remove(Inventory *inventory,
                                 const char *id,
                                 const ChannelRules *rules,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether nobody receives on @address yet: a second socket on a port of this box would take
 * datagrams away from the first. Of multicast everybody gets a copy. %GANTRY_ERROR_INVALID says who
 * does. */
bool channel_address_is_free(const Inventory *inventory,
                             const char *address,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @address may be an input that somebody types in: not on loopback and not on a port of a
 * system service, unless @rules allow it. %GANTRY_ERROR_INVALID says why not. */
bool channel_address_is_allowed(const char *address,
                                const ChannelRules *rules,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
