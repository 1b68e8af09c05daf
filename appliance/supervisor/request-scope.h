/* What somebody limited to some channels may ask of the loop. The HTTP side has looked already;
 * here it is decided by the inventory that holds now. */
#pragma once

#include "appliance/supervisor/requests.h"

/* Returns: (transfer full) (nullable): why @command may not be asked by who asks it. What they may
 * not know of is not found. */
GError *request_scope_check(const RequestPorts *ports, const Command *command);

/* Whether @scope (nullable: everything) shows @receiver: one that hears of nothing else. */
bool request_scope_shows_receiver(const RequestPorts *ports,
                                  const Scope *scope,
                                  const Receiver *receiver);

/* The same for one that is about to be set; false with %GANTRY_ERROR_INVALID. */
bool request_scope_check_receiver(const RequestPorts *ports,
                                  const Scope *scope,
                                  const Receiver *receiver,
                                  GError **error);

/* Every channel of the site, with whether @scope (nullable: everything) shows it. Returns:
 * (transfer container): borrows from @inventory */
ScopedChannel *
request_scope_channels(const Inventory *inventory, const Scope *scope, size_t *ret_n);

/* The inventory as @scope (nullable: everything) shows its walls: those alone that name nothing
 * else. Returns: (transfer full): for reading */
Inventory *request_scope_inventory(const RequestPorts *ports, const Scope *scope);
