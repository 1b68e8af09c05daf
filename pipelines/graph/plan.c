/* The plan of an input's pipelines. */
#include "pipelines/graph/plan.h"

#include "pipelines/base/error.h"
#include "pipelines/base/stream-address.h"
#include "pipelines/elements/es-components.h"
#include "pipelines/elements/gantry-udp-source.h"

static void
clear_element(gpointer data)
{
    PlanElement *element = data;

    g_free(element->name);
    for (size_t i = 0; i < PLAN_PROPERTIES_MAX; i++)
        g_free(element->properties[i].value);
}

static void
clear_link(gpointer data)
{
    g_free(((PlanLink *)data)->pad);
}

void
plan_free(Plan *plan)
{
    if (plan == NULL)
        return;
    g_ptr_array_unref(plan->pipelines);
    g_array_unref(plan->elements);
    g_array_unref(plan->links);
    g_free(plan);
}

static unsigned
add_element(Plan *plan, unsigned pipeline, const char *factory, char *name)
{
    const PlanElement element = {.factory = factory, .name = name, .pipeline = pipeline};

    g_array_append_val(plan->elements, element);
    return plan->elements->len - 1;
}

static void
set_property(Plan *plan, unsigned index, const char *name, char *value)
{
    PlanElement *element = &g_array_index(plan->elements, PlanElement, index);

    for (size_t i = 0; i < PLAN_PROPERTIES_MAX; i++) {
        if (element->properties[i].value != NULL)
            continue;
        element->properties[i] = (PlanProperty){name, value};
        return;
    }
    g_free(value);
}

static void
add_link(Plan *plan, unsigned from, unsigned to, char *pad)
{
    const PlanLink link = {from, to, pad};

    g_array_append_val(plan->links, link);
}

static char *
service_ids(const MessageConfig *config)
{
    g_autoptr(GString) ids = g_string_new(NULL);

    for (size_t i = 0; i < config->n_services; i++)
        g_string_append_printf(ids, "%s%u", i > 0 ? "," : "",
                               (unsigned)config->services[i].service_id);
    return g_string_free(g_steal_pointer(&ids), FALSE);
}

/* What keeps the last minutes; nothing where they are not wanted. */
static void
add_segments(Plan *plan, const MessageConfig *config, unsigned meter)
{
    if (config->segment_seconds == 0)
        return;
    const unsigned segments = add_element(plan, 0, "gantrysegments", g_strdup("segments"));

    add_link(plan, meter, segments, g_strdup("raw"));
}

static void
add_source(Plan *plan, const MessageConfig *config, unsigned meter)
{
    const unsigned source = add_element(plan, 0, "gantryudpsrc", g_strdup("source"));
    const unsigned phase_us = g_str_hash(config->input_id) % (unsigned)UDP_SOURCE_PERIOD_US;

    set_property(plan, source, "address", g_strdup(config->address));
    set_property(plan, source, "interface", g_strdup(config->interface));
    if (config->receive_buffer > 0)
        set_property(plan, source, "receive-buffer",
                     g_strdup_printf("%u", MIN(config->receive_buffer, (uint32_t)G_MAXINT)));
    set_property(plan, source, "phase", g_strdup_printf("%u", phase_us));
    add_link(plan, source, meter, NULL);
}

/* The part that an input has once. Returns the index of the cutter. */
static unsigned
add_input(Plan *plan, const MessageConfig *config)
{
    const unsigned meter = add_element(plan, 0, "gantrytsmeter", g_strdup("meter"));
    const unsigned cutter = add_element(plan, 0, "gantryescutter", g_strdup("cutter"));
    StreamAddress address;

    if (config->address != NULL)
        add_source(plan, config, meter);
    set_property(plan, meter, "services", service_ids(config));
    if (stream_address_parse(config->address != NULL ? config->address : "", &address, NULL) &&
        address.n_legs > 1)
        set_property(plan, meter, "legs", g_strdup_printf("%u", address.n_legs));
    add_link(plan, meter, cutter, NULL);
    add_segments(plan, config, meter);
    return cutter;
}

static void
add_service(Plan *plan, const MessageConfig *config, unsigned index, unsigned cutter)
{
    const unsigned decoder =
        add_element(plan, index, "gantrykeydec", g_strdup_printf("decoder-%u", index));
    const unsigned picture =
        add_element(plan, index, "gantrypicturemeter", g_strdup_printf("picture-%u", index));

    set_property(plan, picture, "thumbnail-period",
                 g_strdup_printf("%u", config->thumbnail_period_ms));
    add_link(plan, cutter, decoder, g_strdup_printf("video_%u", index));
    add_link(plan, decoder, picture, NULL);
    for (unsigned slot = 0; slot < ES_AUDIO_MAX; slot++) {
        const unsigned sound = add_element(plan, index, "gantrysoundmeter",
                                           g_strdup_printf("sound-%u-%u", index, slot));

        PlanElement *element = &g_array_index(plan->elements, PlanElement, sound);

        element->late = true;
        element->slot = slot;
        add_link(plan, cutter, sound, g_strdup_printf("audio_%u_%u", index, slot));
    }
}

Plan *
plan_new(const MessageConfig *config, GError **error)
{
    g_return_val_if_fail(config != NULL, NULL);

    if (config->n_services == 0 || config->n_services > ES_SERVICES_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%" G_GSIZE_FORMAT " services in one input; 1 to %u are possible",
                    config->n_services, ES_SERVICES_MAX);
        return NULL;
    }
    Plan *plan = g_new0(Plan, 1);

    plan->pipelines = g_ptr_array_new_with_free_func(g_free);
    plan->elements = g_array_new(FALSE, TRUE, sizeof(PlanElement));
    plan->links = g_array_new(FALSE, TRUE, sizeof(PlanLink));
    g_array_set_clear_func(plan->elements, clear_element);
    g_array_set_clear_func(plan->links, clear_link);
    const unsigned cutter = add_input(plan, config);

    for (unsigned i = 0; i < config->n_services; i++) {
        g_ptr_array_add(plan->pipelines, g_strdup(config->services[i].channel_id));
        add_service(plan, config, i, cutter);
    }
    return plan;
}
