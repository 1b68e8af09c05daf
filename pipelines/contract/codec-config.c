/* What a worker is to measure, to a variant and back. */
#include <math.h>
#include <string.h>

#include "pipelines/base/error.h"
#include "pipelines/contract/codec-part.h"

static GVariant *
slates_to_variant(const MessageConfig *config)
{
    GVariantBuilder slates;

    g_variant_builder_init(&slates, G_VARIANT_TYPE("a(say)"));
    for (size_t i = 0; i < config->n_slates; i++) {
        const SlateConfig *slate = &config->slates[i];
        g_autofree char *name = codec_text(slate->name);

        g_variant_builder_add(
            &slates, "(s@ay)", name,
            g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, slate->fingerprint, SLATE_BYTES, 1));
    }
    return g_variant_builder_end(&slates);
}

static GVariant *
limits_to_variant(const ServiceConfig *service)
{
    GVariantBuilder limits;

    g_variant_builder_init(&limits, G_VARIANT_TYPE("a(qd)"));
    for (size_t i = 0; i < service->n_limits; i++)
        g_variant_builder_add(&limits, "(qd)", service->limits[i].limit, service->limits[i].value);
    return g_variant_builder_end(&limits);
}

GVariant *
codec_config_to_variant(const MessageConfig *config, GError **error)
{
    g_autofree char *address = codec_text(config->address);
    g_autofree char *interface = codec_text(config->interface);
    g_autofree char *cpu_set = codec_text(config->cpu_set);
    g_autofree char *backend = codec_text(config->decode_backend);
    GVariantBuilder services;

    if (config->n_slates > SLATES_MAX) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "config: %zu slates, at most %u",
                    config->n_slates, SLATES_MAX);
        return NULL;
    }
    g_variant_builder_init(&services, G_VARIANT_TYPE("a(sqya(qd))"));
    for (size_t i = 0; i < config->n_services; i++) {
        const ServiceConfig *service = &config->services[i];
        g_variant_builder_add(&services, "(sqy@a(qd))", service->channel_id, service->service_id,
                              service->depth, limits_to_variant(service));
    }
    return g_variant_new("(sssuussut@a(say)a(sqya(qd)))", config->input_id, address, interface,
                         config->receive_buffer, config->thumbnail_period_ms, cpu_set, backend,
                         config->segment_seconds, config->segment_quota_bytes,
                         slates_to_variant(config), &services);
}

static gboolean
check_count(gsize count, unsigned limit, const char *what, GError **error)
{
    if (count <= limit)
        return TRUE;
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                "config: %" G_GSIZE_FORMAT " %s, at most %u", count, what, limit);
    return FALSE;
}

static gboolean
slates_from_variant(GVariant *variant, MessageConfig *config, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!check_count(count, SLATES_MAX, "slates", error))
        return FALSE;
    config->slates = g_new0(SlateConfig, count);
    config->n_slates = count;
    for (gsize i = 0; i < count; i++) {
        SlateConfig *slate = &config->slates[i];
        g_autoptr(GVariant) print = NULL;
        gsize size = 0;

        g_variant_get_child(variant, i, "(s@ay)", &slate->name, &print);
        const void *bytes = g_variant_get_fixed_array(print, &size, 1);

        if (!codec_check_text(slate->name, "config: slate", error))
            return FALSE;
        if (size != SLATE_BYTES) {
            g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                        "config: fingerprint of %" G_GSIZE_FORMAT " bytes, expected %u", size,
                        SLATE_BYTES);
            return FALSE;
        }
        memcpy(slate->fingerprint, bytes, SLATE_BYTES);
    }
    return TRUE;
}

static gboolean
limits_from_variant(GVariant *variant, ServiceConfig *service, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!check_count(count, CONFIG_MAX_LIMITS, "limits", error))
        return FALSE;
    service->limits = g_new0(LimitValue, count);
    service->n_limits = count;
    for (gsize i = 0; i < count; i++) {
        LimitValue *limit = &service->limits[i];

        g_variant_get_child(variant, i, "(qd)", &limit->limit, &limit->value);
        if (isfinite(limit->value))
            continue;
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "config: limit %u is not finite",
                    limit->limit);
        return FALSE;
    }
    return TRUE;
}

/* @limits: each has its limits; version 3 had none. */
static gboolean
services_from_variant(GVariant *variant, bool limits, MessageConfig *config, GError **error)
{
    const gsize count = g_variant_n_children(variant);

    if (!check_count(count, MESSAGE_MAX_ITEMS, "services", error))
        return FALSE;
    config->services = g_new0(ServiceConfig, count);
    config->n_services = count;
    for (gsize i = 0; i < count; i++) {
        ServiceConfig *service = &config->services[i];
        g_autoptr(GVariant) values = NULL;

        if (limits)
            g_variant_get_child(variant, i, "(sqy@a(qd))", &service->channel_id,
                                &service->service_id, &service->depth, &values);
        else
            g_variant_get_child(variant, i, "(sqy)", &service->channel_id, &service->service_id,
                                &service->depth);
        if (!codec_check_slug(service->channel_id, "config: channel", error) ||
            (limits && !limits_from_variant(values, service, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_texts(const MessageConfig *config, GError **error)
{
    return codec_check_slug(config->input_id, "config: input", error) &&
           codec_check_text(config->address, "config: address", error) &&
           codec_check_text(config->interface, "config: interface", error) &&
           codec_check_text(config->cpu_set, "config: CPU set", error) &&
           codec_check_text(config->decode_backend, "config: decode back-end", error);
}

gboolean
codec_config_from_variant(GVariant *variant, MessageConfig *config, GError **error)
{
    const bool limits = g_variant_is_of_type(variant, G_VARIANT_TYPE(CODEC_CONFIG_TYPE));
    g_autoptr(GVariant) services = NULL;
    g_autoptr(GVariant) slates = NULL;

    g_variant_get(variant, limits ? "(sssuussut@a(say)@a(sqya(qd)))" : "(sssuussut@a(say)@a(sqy))",
                  &config->input_id, &config->address, &config->interface, &config->receive_buffer,
                  &config->thumbnail_period_ms, &config->cpu_set, &config->decode_backend,
                  &config->segment_seconds, &config->segment_quota_bytes, &slates, &services);
    return check_texts(config, error) && slates_from_variant(slates, config, error) &&
           services_from_variant(services, limits, config, error);
}

void
codec_config_clear(MessageConfig *config)
{
    for (size_t i = 0; i < config->n_services; i++) {
        g_free(config->services[i].channel_id);
        g_free(config->services[i].limits);
    }
    for (size_t i = 0; i < config->n_slates; i++)
        g_free(config->slates[i].name);
    g_free(config->services);
    g_free(config->slates);
    g_free(config->input_id);
    g_free(config->address);
    g_free(config->interface);
    g_free(config->cpu_set);
    g_free(config->decode_backend);
}
