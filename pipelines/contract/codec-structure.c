/* What a stream is made of, to a variant and back. */
#include <math.h>

#include "pipelines/base/error.h"
#include "pipelines/contract/codec-part.h"
#include "pipelines/contract/codec.h"

#define SERVICE_TYPE   "(qqs)"
#define COMPONENT_TYPE "(qyybtsss)"
#define TABLE_TYPE     "(qyqqttxxxx)"
#define HISTOGRAM_TYPE "(yadat)"

static GVariant *
services_to_variant(const MessageStructure *structure)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a" SERVICE_TYPE));
    for (size_t i = 0; i < structure->n_services; i++) {
        g_autofree char *name = codec_text(structure->services[i].name);

        g_variant_builder_add(&builder, SERVICE_TYPE, structure->services[i].service_id,
                              structure->services[i].pmt_pid, name);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
components_to_variant(const MessageStructure *structure)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a" COMPONENT_TYPE));
    for (size_t i = 0; i < structure->n_components; i++) {
        const ComponentReport *component = &structure->components[i];
        g_autofree char *codec = codec_text(component->codec);
        g_autofree char *language = codec_text(component->language);
        g_autofree char *detail = codec_text(component->detail);

        g_variant_builder_add(&builder, COMPONENT_TYPE, component->pid, component->stream_type,
                              component->kind, (gboolean)component->ca, component->scrambled, codec,
                              language, detail);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
tables_to_variant(const MessageStructure *structure)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a" TABLE_TYPE));
    for (size_t i = 0; i < structure->n_tables; i++) {
        const TableReport *table = &structure->tables[i];

        g_variant_builder_add(&builder, TABLE_TYPE, table->pid, table->table_id, table->extension,
                              table->version, table->sections, table->versions, table->min_us,
                              table->mean_us, table->max_us, table->last_us);
    }
    return g_variant_builder_end(&builder);
}

static GVariant *
histograms_to_variant(const MessageStructure *structure)
{
    GVariantBuilder builder;

    g_variant_builder_init(&builder, G_VARIANT_TYPE("a" HISTOGRAM_TYPE));
    for (size_t i = 0; i < structure->n_histograms; i++) {
        const HistogramReport *histogram = &structure->histograms[i];
        const size_t n = MIN(histogram->n_bins, HISTOGRAM_BINS_MAX);

        g_variant_builder_add(&builder, "(y@ad@at)", histogram->kind,
                              g_variant_new_fixed_array(G_VARIANT_TYPE_DOUBLE, histogram->bounds_s,
                                                        n > 0 ? n - 1 : 0, sizeof(double)),
                              g_variant_new_fixed_array(G_VARIANT_TYPE_UINT64, histogram->counts, n,
                                                        sizeof(uint64_t)));
    }
    return g_variant_builder_end(&builder);
}

static gboolean
check_counts(gsize services, gsize components, gsize tables, gsize histograms, GError **error)
{
    if (services <= STRUCTURE_SERVICES_MAX && components <= STRUCTURE_COMPONENTS_MAX &&
        tables <= STRUCTURE_TABLES_MAX && histograms <= STRUCTURE_HISTOGRAMS_MAX)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "structure: %" G_GSIZE_FORMAT " services, %" G_GSIZE_FORMAT
                " components, %" G_GSIZE_FORMAT " tables, %" G_GSIZE_FORMAT
                " histograms; at most %u, %u, %u, %u",
                services, components, tables, histograms, STRUCTURE_SERVICES_MAX,
                STRUCTURE_COMPONENTS_MAX, STRUCTURE_TABLES_MAX, STRUCTURE_HISTOGRAMS_MAX);
    return FALSE;
}

GVariant *
codec_structure_to_variant(const MessageStructure *structure, GError **error)
{
    if (!check_counts(structure->n_services, structure->n_components, structure->n_tables,
                      structure->n_histograms, error))
        return NULL;
    return g_variant_new("(sxxqqq@a" SERVICE_TYPE "@a" COMPONENT_TYPE "@a" TABLE_TYPE
                         "@a" HISTOGRAM_TYPE ")",
                         structure->channel_id, structure->at_us, structure->since_us,
                         structure->service_id, structure->pmt_pid, structure->pcr_pid,
                         services_to_variant(structure), components_to_variant(structure),
                         tables_to_variant(structure), histograms_to_variant(structure));
}

static gboolean
refuse(GError **error, const char *what, gsize index)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "structure: %s %" G_GSIZE_FORMAT ": a PID, a time or a figure out of range", what,
                index);
    return FALSE;
}

static gboolean
take_services(GVariant *list, MessageStructure *structure, GError **error)
{
    structure->n_services = g_variant_n_children(list);
    structure->services = g_new0(StructureService, structure->n_services);
    for (gsize i = 0; i < structure->n_services; i++) {
        StructureService *service = &structure->services[i];

        g_variant_get_child(list, i, SERVICE_TYPE, &service->service_id, &service->pmt_pid,
                            &service->name);
        if (!codec_check_text(service->name, "service", error))
            return FALSE;
        if (service->pmt_pid > 0x1fff)
            return refuse(error, "service", i);
    }
    return TRUE;
}

static gboolean
take_components(GVariant *list, MessageStructure *structure, GError **error)
{
    structure->n_components = g_variant_n_children(list);
    structure->components = g_new0(ComponentReport, structure->n_components);
    for (gsize i = 0; i < structure->n_components; i++) {
        ComponentReport *component = &structure->components[i];
        gboolean ca = FALSE;

        g_variant_get_child(list, i, COMPONENT_TYPE, &component->pid, &component->stream_type,
                            &component->kind, &ca, &component->scrambled, &component->codec,
                            &component->language, &component->detail);
        component->ca = ca != FALSE;
        if (!codec_check_text(component->codec, "codec", error) ||
            !codec_check_text(component->language, "language", error) ||
            !codec_check_text(component->detail, "detail", error))
            return FALSE;
        if (component->pid > 0x1fff)
            return refuse(error, "component", i);
    }
    return TRUE;
}

static gboolean
take_tables(GVariant *list, MessageStructure *structure, GError **error)
{
    structure->n_tables = g_variant_n_children(list);
    structure->tables = g_new0(TableReport, structure->n_tables);
    for (gsize i = 0; i < structure->n_tables; i++) {
        TableReport *table = &structure->tables[i];

        g_variant_get_child(list, i, TABLE_TYPE, &table->pid, &table->table_id, &table->extension,
                            &table->version, &table->sections, &table->versions, &table->min_us,
                            &table->mean_us, &table->max_us, &table->last_us);
        if (table->pid > 0x1fff || table->min_us < 0 || table->mean_us < table->min_us ||
            table->max_us < table->mean_us || table->last_us < 0)
            return refuse(error, "table", i);
    }
    return TRUE;
}

/* Bounds grow, and there is one less than bins. */
static gboolean
take_bins(GVariant *bounds, GVariant *counts, HistogramReport *histogram)
{
    gsize n_bounds = 0, n_counts = 0;
    const double *bound = g_variant_get_fixed_array(bounds, &n_bounds, sizeof(double));
    const uint64_t *count = g_variant_get_fixed_array(counts, &n_counts, sizeof(uint64_t));

    if (n_counts == 0 || n_counts > HISTOGRAM_BINS_MAX || n_bounds != n_counts - 1)
        return FALSE;
    for (gsize i = 0; i < n_bounds; i++) {
        if (!isfinite(bound[i]) || (i > 0 && bound[i] <= bound[i - 1]))
            return FALSE;
        histogram->bounds_s[i] = bound[i];
    }
    for (gsize i = 0; i < n_counts; i++)
        histogram->counts[i] = count[i];
    histogram->n_bins = (uint8_t)n_counts;
    return TRUE;
}

static gboolean
take_histograms(GVariant *list, MessageStructure *structure, GError **error)
{
    structure->n_histograms = g_variant_n_children(list);
    for (gsize i = 0; i < structure->n_histograms; i++) {
        HistogramReport *histogram = &structure->histograms[i];
        g_autoptr(GVariant) bounds = NULL;
        g_autoptr(GVariant) counts = NULL;

        g_variant_get_child(list, i, "(y@ad@at)", &histogram->kind, &bounds, &counts);
        if (!take_bins(bounds, counts, histogram))
            return refuse(error, "histogram", i);
    }
    return TRUE;
}

gboolean
codec_structure_from_variant(GVariant *variant, MessageStructure *ret_structure, GError **error)
{
    g_autoptr(GVariant) services = NULL;
    g_autoptr(GVariant) components = NULL;
    g_autoptr(GVariant) tables = NULL;
    g_autoptr(GVariant) histograms = NULL;

    g_variant_get(variant,
                  "(sxxqqq@a" SERVICE_TYPE "@a" COMPONENT_TYPE "@a" TABLE_TYPE "@a" HISTOGRAM_TYPE
                  ")",
                  &ret_structure->channel_id, &ret_structure->at_us, &ret_structure->since_us,
                  &ret_structure->service_id, &ret_structure->pmt_pid, &ret_structure->pcr_pid,
                  &services, &components, &tables, &histograms);
    if (!codec_check_slug(ret_structure->channel_id, "structure: channel", error) ||
        !check_counts(g_variant_n_children(services), g_variant_n_children(components),
                      g_variant_n_children(tables), g_variant_n_children(histograms), error))
        return FALSE;
    if (ret_structure->at_us < 0 || ret_structure->since_us < 0 ||
        ret_structure->pmt_pid > 0x1fff || ret_structure->pcr_pid > 0x1fff)
        return refuse(error, "of service", ret_structure->service_id);
    return take_services(services, ret_structure, error) &&
           take_components(components, ret_structure, error) &&
           take_tables(tables, ret_structure, error) &&
           take_histograms(histograms, ret_structure, error);
}

void
message_structure_clear(MessageStructure *structure)
{
    for (size_t i = 0; i < structure->n_services; i++)
        g_free(structure->services[i].name);
    for (size_t i = 0; i < structure->n_components; i++) {
        g_free(structure->components[i].codec);
        g_free(structure->components[i].language);
        g_free(structure->components[i].detail);
    }
    g_free(structure->services);
    g_free(structure->components);
    g_free(structure->tables);
    g_free(structure->channel_id);
    *structure = (MessageStructure){0};
}
