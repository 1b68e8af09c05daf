/* Generations of the inventory on disk: FOLDER/<generation>.json, each written whole. */
#pragma once

#include "appliance/config/inventory.h"

#define INVENTORY_KEEP      100u        /* newest generations that stay on disk */
#define INVENTORY_MAX_BYTES (16u << 20) /* of one file */

/**
 * inventory_load:
 * @folder: STATE/inventory; may be missing
 * @ret_skipped: (out) (transfer full) (nullable): one sentence for each damaged newer generation
 *   that was passed over, or %NULL
 *
 * Reads the newest generation that is valid. Blocks on disk.
 *
 * Returns: (transfer full): generation 0 when there is no file at all; %NULL with
 *   %GANTRY_ERROR_INVALID when there are files and none is valid, or with
 *   %GANTRY_ERROR_UNAVAILABLE when @folder cannot be read
 */
Inventory *
inventory_load(const char *folder, char **ret_skipped, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * inventory_save:
 * @folder: STATE/inventory; made if missing, mode 0700
 * @inventory: (transfer none)
 *
 * Writes a temporary file, syncs it, renames it to its generation, syncs the folder, deletes what
 * is older than the newest %INVENTORY_KEEP. A megabyte is kept in reserve beside them, so that it
 * can be saved on a full disk, too; when that is used up, all but the newest ten give way. Blocks
 * on disk.
 *
 * Returns: %FALSE with %GANTRY_ERROR_UNAVAILABLE; then no file of that generation exists
 */
bool inventory_save(const char *folder,
                    const Inventory *inventory,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Numbers of the generations on disk, newest first. Blocks on disk. Returns: (transfer full)
 * (element-type uint64_t): or %NULL with %GANTRY_ERROR_UNAVAILABLE */
GArray *inventory_generations(const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the people whom @erased names out of every generation on disk below @below: accounts,
 * tokens, and their names as who made it. Blocks on disk.
 * Returns: %FALSE with %GANTRY_ERROR_UNAVAILABLE; what was done stays done */
bool inventory_forget(const char *folder, ErasedNames *erased, uint64_t below, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* One of them. Blocks on disk. Returns: (transfer full): or %NULL with %GANTRY_ERROR_NOT_FOUND,
 * %GANTRY_ERROR_INVALID */
Inventory *inventory_load_generation(const char *folder,
                                     uint64_t generation,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One JSON object as it is stored, and back; pure. inventory_from_json() checks every field and
 * returns %NULL with %GANTRY_ERROR_INVALID. */
char *inventory_to_json(const Inventory *inventory);
Inventory *
inventory_from_json(const char *text, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
