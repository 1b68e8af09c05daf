/* A channel list brought into the inventory by hand: what each row would do, and the generation
 * that comes of it. Rows are matched with channels by their id, or, where they name none, by what
 * they receive; columns that the list does not have stay as they are. Pure. */
#pragma once

#include "appliance/config/channel-object.h"

typedef struct {
    const char *text;    /* the whole list */
    size_t size;         /* bytes of it */
    bool remove_missing; /* channels that are not in the list go, but for those of a file */
} ImportOrder;

/**
 * channel_import_read:
 * @ret_next: (out) (transfer full) (nullable): a new generation, or @inventory with one more
 *   reference when nothing changes; %NULL when a row cannot be taken
 *
 * Returns: (transfer full): a JSON object:
 *   {"rows": [{"line": 2, "id": "one", "name": "One", "state": "new|changed|unchanged|error",
 *              "column": null, "problem": null, "fields": [{"name":..., "before":...,
 * "after":...}]}], "new": 1, "changed": 0, "unchanged": 0, "errors": 0, "removed": ["two"]}
 */
char *channel_import_read(Inventory *inventory,
                          const ImportOrder *order,
                          const ChannelRules *rules,
                          Inventory **ret_next);
