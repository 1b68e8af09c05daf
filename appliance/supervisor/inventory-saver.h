/* Writes generations of the inventory behind, and takes people who were erased out of those that
 * are on disk already. One thread of its own, which alone waits for the disk. */
#pragma once

#include "appliance/config/inventory.h"

typedef struct InventorySaver InventorySaver;

/* @inventory: (transfer none): what holds and is on disk: what an earlier run could not take out of
 * older generations is taken out now. Returns: (transfer full) */
InventorySaver *inventory_saver_new(const char *state_folder, Inventory *inventory);

/* Writes @inventory (a reference is taken), in order. Never blocks. */
void inventory_saver_save(InventorySaver *saver, Inventory *inventory);

/* Waits until everything is written. (nullable) */
void inventory_saver_free(InventorySaver *saver);
