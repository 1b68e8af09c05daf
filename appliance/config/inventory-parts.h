/* Making a generation from its parts. For the files of inventory only. */
#pragma once

#include "appliance/config/inventory.h"

typedef struct {
    const ChannelEntry *entries; /* @n_entries entries, already checked */
    size_t n_entries;
    const Receiver *receivers; /* @n_receivers entries */
    size_t n_receivers;
    AccountBook *accounts; /* (transfer none) */
    SiteBook *site;        /* (transfer none) */
    ProfileBook *profiles; /* (transfer none) */
    WallBook *walls;       /* (transfer none) */
} InventoryParts;

/* Returns: (transfer full): copies of all parts as @generation */
Inventory *inventory_from_parts(uint64_t generation, const InventoryParts *parts);
