/* The interface of worker units: what every implementation may rely on is checked here. */
#include "appliance/workers/worker-units.h"

#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

G_DEFINE_INTERFACE(GantryWorkerUnits, gantry_worker_units, G_TYPE_OBJECT)

static void
gantry_worker_units_default_init(GantryWorkerUnitsInterface *iface)
{
    g_signal_new("ended", GANTRY_TYPE_WORKER_UNITS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
    g_signal_new("failed", GANTRY_TYPE_WORKER_UNITS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
}

/* Ids become part of paths and unit names: nothing but slugs gets that far. */
static bool
is_id(const char *input_id, GError **error)
{
    if (slug_is_valid(input_id))
        return true;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "the id of an input is no slug");
    return false;
}

bool
gantry_worker_units_start(GantryWorkerUnits *self, const char *input_id, GError **error)
{
    g_return_val_if_fail(GANTRY_IS_WORKER_UNITS(self), false);

    return is_id(input_id, error) &&
           GANTRY_WORKER_UNITS_GET_IFACE(self)->start(self, input_id, error);
}

bool
gantry_worker_units_stop(GantryWorkerUnits *self, const char *input_id, GError **error)
{
    g_return_val_if_fail(GANTRY_IS_WORKER_UNITS(self), false);

    return is_id(input_id, error) &&
           GANTRY_WORKER_UNITS_GET_IFACE(self)->stop(self, input_id, error);
}

bool
gantry_worker_units_kill(GantryWorkerUnits *self, const char *input_id, GError **error)
{
    g_return_val_if_fail(GANTRY_IS_WORKER_UNITS(self), false);

    return is_id(input_id, error) &&
           GANTRY_WORKER_UNITS_GET_IFACE(self)->kill(self, input_id, error);
}

GStrv
gantry_worker_units_list(GantryWorkerUnits *self)
{
    g_return_val_if_fail(GANTRY_IS_WORKER_UNITS(self), NULL);

    return GANTRY_WORKER_UNITS_GET_IFACE(self)->list(self);
}

bool
gantry_worker_units_is_worker(GantryWorkerUnits *self, const char *input_id, uint32_t pid)
{
    g_return_val_if_fail(GANTRY_IS_WORKER_UNITS(self), false);

    const GantryWorkerUnitsInterface *iface = GANTRY_WORKER_UNITS_GET_IFACE(self);

    return iface->is_worker == NULL || iface->is_worker(self, input_id, pid);
}

GStrv
worker_units_sorted_ids(GHashTable *table)
{
    GList *ids = g_list_sort(g_hash_table_get_keys(table), (GCompareFunc)g_strcmp0);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (GList *at = ids; at != NULL; at = at->next)
        g_strv_builder_add(builder, at->data);
    g_list_free(ids);
    return g_strv_builder_end(builder);
}
