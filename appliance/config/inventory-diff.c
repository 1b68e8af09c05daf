/* What differs between two generations of the inventory. */
#include "appliance/config/inventory.h"

typedef struct {
    GStrvBuilder *added;
    GStrvBuilder *removed;
    GStrvBuilder *changed;
} DiffBuilder;

static void
diff_end(DiffBuilder *builder, InventoryDiff *ret_diff)
{
    *ret_diff = (InventoryDiff){
        .added = g_strv_builder_end(builder->added),
        .removed = g_strv_builder_end(builder->removed),
        .changed = g_strv_builder_end(builder->changed),
    };
    g_strv_builder_unref(builder->added);
    g_strv_builder_unref(builder->removed);
    g_strv_builder_unref(builder->changed);
}

static DiffBuilder
diff_begin(void)
{
    return (DiffBuilder){
        .added = g_strv_builder_new(),
        .removed = g_strv_builder_new(),
        .changed = g_strv_builder_new(),
    };
}

static bool
same_service(const InventoryChannel *a, const InventoryChannel *b)
{
    return g_str_equal(a->id, b->id) && a->service_id == b->service_id &&
           g_str_equal(a->profile, b->profile);
}

static bool
same_channel(const InventoryChannel *a, const InventoryChannel *b)
{
    return same_service(a, b) && g_str_equal(a->name, b->name) &&
           g_str_equal(a->short_name, b->short_name) && g_str_equal(a->group, b->group) &&
           g_str_equal(a->address, b->address) && g_str_equal(a->interface, b->interface) &&
           g_str_equal(a->input_id, b->input_id) && a->commissioned == b->commissioned &&
           a->disabled == b->disabled;
}

static bool
same_input(const Inventory *from,
           const InventoryInput *a,
           const Inventory *to,
           const InventoryInput *b)
{
    bool same = g_str_equal(a->address, b->address) && g_str_equal(a->interface, b->interface) &&
                a->n_channels == b->n_channels;

    for (size_t i = 0; same && i < a->n_channels; i++)
        same = same_service(&from->channels[a->channels[i]], &to->channels[b->channels[i]]);
    return same;
}

void
inventory_diff(const Inventory *from, const Inventory *to, InventoryDiff *ret_diff)
{
    DiffBuilder builder = diff_begin();

    for (size_t i = 0; i < to->n_channels; i++) {
        const InventoryChannel *old = inventory_find_channel(from, to->channels[i].id);

        if (old == NULL)
            g_strv_builder_add(builder.added, to->channels[i].id);
        else if (!same_channel(old, &to->channels[i]))
            g_strv_builder_add(builder.changed, to->channels[i].id);
    }
    for (size_t i = 0; i < from->n_channels; i++) {
        if (inventory_find_channel(to, from->channels[i].id) == NULL)
            g_strv_builder_add(builder.removed, from->channels[i].id);
    }
    diff_end(&builder, ret_diff);
}

void
inventory_diff_inputs(const Inventory *from, const Inventory *to, InventoryDiff *ret_diff)
{
    DiffBuilder builder = diff_begin();

    for (size_t i = 0; i < to->n_inputs; i++) {
        const InventoryInput *old = inventory_find_input(from, to->inputs[i].id);

        if (old == NULL)
            g_strv_builder_add(builder.added, to->inputs[i].id);
        else if (!same_input(from, old, to, &to->inputs[i]))
            g_strv_builder_add(builder.changed, to->inputs[i].id);
    }
    for (size_t i = 0; i < from->n_inputs; i++) {
        if (inventory_find_input(to, from->inputs[i].id) == NULL)
            g_strv_builder_add(builder.removed, from->inputs[i].id);
    }
    diff_end(&builder, ret_diff);
}

void
inventory_diff_clear(InventoryDiff *diff)
{
    g_clear_pointer(&diff->added, g_strfreev);
    g_clear_pointer(&diff->removed, g_strfreev);
    g_clear_pointer(&diff->changed, g_strfreev);
}
