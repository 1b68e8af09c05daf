/* What channels have in common, read out of the inventory and of the kernel's network interfaces:
 * one multiplex, one sender or block of groups, one VLAN, one interface, one group of the site. */
#pragma once

#include "appliance/config/inventory.h"
#include "appliance/model/incident-book.h"
#include "pipelines/base/stream-address.h"

/**
 * sharing_tell:
 * @root: path before /sys, "" on a real box
 *
 * Tells @book all that @inventory says. A channel with two legs on different interfaces shares
 * none: both must fail before it does. Multicast groups without a sender count as one source by
 * their block of 256 addresses.
 */
void sharing_tell(IncidentBook *book, const Inventory *inventory, const char *root);

/* The interface that carries VLAN @interface: as the kernel says, or by the name before its dot.
 * Returns: (transfer full) (nullable): NULL if @interface is no VLAN */
char *sharing_vlan_carrier(const char *interface, const char *root);

/* "10.0.0.5", "239.1.1.0/24", "ff3e::1:0/112"; of @leg. Returns: (transfer full) (nullable): NULL
 * for one without sender that is no multicast group */
char *sharing_source(const StreamLeg *leg);
