/* Hardware profiles: every member checked for type, range and name. */
#include "appliance/config/hw-profile.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/slug.h"

#define RECEIVE_BUFFER_MAX (1u << 30)
#define INTERFACES_MAX     16u
#define LIMITS_MAX         64u
#define BUDGET_MIN         0.1
#define BUDGET_MAX         0.95

static bool
refuse(GError **error, const char *what, const char *expected)
{
    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s: expected %s", what, expected);
    return false;
}

/* The object @name of @object with no members but @known. (transfer none) */
static JsonObject *
section(JsonObject *object, const char *name, const char *const *known, GError **error)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || !JSON_NODE_HOLDS_OBJECT(node)) {
        refuse(error, name, "an object");
        return NULL;
    }
    JsonObject *found = json_node_get_object(node);

    if (json_check_members(found, known, error))
        return found;
    g_prefix_error(error, "%s: ", name);
    return NULL;
}

/* "" or a list of CPUs such as "2-5,8". */
static bool
is_cpu_set(const char *text)
{
    return strspn(text, "0123456789,-") == strlen(text) && strlen(text) < 256;
}

static bool
read_cores(JsonObject *object, HwProfile *profile, GError **error)
{
    static const char *const known[] = {"workers", "supervisor", NULL};
    JsonObject *cores = section(object, "cores", known, error);

    if (cores == NULL || !json_member_string(cores, "workers", &profile->worker_cpus, error) ||
        !json_member_string(cores, "supervisor", &profile->supervisor_cpus, error))
        return false;
    if (!is_cpu_set(profile->worker_cpus))
        return refuse(error, "cores.workers", "CPUs such as \"2-15\", or \"\" for all");
    if (!is_cpu_set(profile->supervisor_cpus))
        return refuse(error, "cores.supervisor", "CPUs such as \"0-1\", or \"\" for all");
    return true;
}

static bool
read_interfaces(JsonObject *ingest, HwProfile *profile, GError **error)
{
    JsonNode *node = json_object_get_member(ingest, "interfaces");
    JsonArray *names =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (names == NULL || json_array_get_length(names) > INTERFACES_MAX)
        return refuse(error, "ingest.interfaces", "an array of at most 16 names");
    for (guint i = 0; i < json_array_get_length(names); i++) {
        JsonNode *name = json_array_get_element(names, i);

        if (json_node_get_value_type(name) != G_TYPE_STRING)
            return refuse(error, "ingest.interfaces",
                          "names of interfaces, or patterns such as \"enp*\"");
        g_strv_builder_add(builder, json_node_get_string(name));
    }
    profile->ingest_interfaces = g_strv_builder_end(builder);
    return true;
}

static bool
read_ingest(JsonObject *object, HwProfile *profile, GError **error)
{
    static const char *const known[] = {"interfaces", "receive_buffer", NULL};
    JsonObject *ingest = section(object, "ingest", known, error);
    uint64_t receive_buffer = 0;

    if (ingest == NULL || !read_interfaces(ingest, profile, error) ||
        !json_member_unsigned(ingest, "receive_buffer", RECEIVE_BUFFER_MAX, &receive_buffer, error))
        return false;
    profile->receive_buffer = (uint32_t)receive_buffer;
    return true;
}

/* What the workers' decoder knows; a device that is missing falls back to software. */
static bool
is_backend(const char *name)
{
    static const char *const known[] = {"software", "vaapi", "nvdec", NULL};

    return g_strv_contains(known, name);
}

static bool
read_decode(JsonObject *object, HwProfile *profile, GError **error)
{
    static const char *const known[] = {"backend", "depth_budget", NULL};
    JsonObject *decode = section(object, "decode", known, error);

    if (decode == NULL || !json_member_string(decode, "backend", &profile->decode_backend, error))
        return false;
    if (!is_backend(profile->decode_backend))
        return refuse(error, "decode.backend", "\"software\", \"vaapi\" or \"nvdec\"");
    profile->depth_budget = json_object_get_double_member_with_default(decode, "depth_budget", 0);
    if (!(profile->depth_budget >= BUDGET_MIN && profile->depth_budget <= BUDGET_MAX))
        return refuse(error, "decode.depth_budget", "a share from 0.1 to 0.95");
    return true;
}

static double
step_of(JsonObject *limit, const char *name)
{
    return json_object_has_member(limit, name)
               ? json_object_get_double_member_with_default(limit, name, (double)NAN)
               : (double)NAN;
}

static bool
read_limits(JsonObject *object, HwProfile *profile, GError **error)
{
    static const char *const known[] = {"kind", "name", "warning", "fault", NULL};
    JsonArray *limits = NULL;

    if (!json_member_objects(object, "limits", &limits, error))
        return false;
    const guint count = json_array_get_length(limits);

    if (count > LIMITS_MAX)
        return refuse(error, "limits", "at most 64 entries");
    profile->limits = g_new0(SensorLimit, count);
    for (guint i = 0; i < count; i++) {
        JsonObject *limit = json_array_get_object_element(limits, i);
        SensorLimit *to = &profile->limits[i];

        profile->n_limits = i + 1;
        if (!json_check_members(limit, known, error) ||
            !json_member_string(limit, "kind", &to->kind, error) ||
            !json_member_string(limit, "name", &to->name, error)) {
            g_prefix_error(error, "limits: entry %u: ", i + 1);
            return false;
        }
        to->warning = step_of(limit, "warning");
        to->fault = step_of(limit, "fault");
    }
    return true;
}

static bool
read_profile(JsonObject *object, HwProfile *profile, GError **error)
{
    static const char *const known[] = {"name",   "text",   "cores",   "ingest",
                                        "decode", "limits", "$schema", NULL};

    if (!json_check_members(object, known, error) ||
        !json_member_string(object, "name", &profile->name, error) ||
        !json_member_string(object, "text", &profile->text, error))
        return false;
    if (!slug_is_valid(profile->name))
        return refuse(error, "name", "an id ([a-z0-9][a-z0-9-]{0,62})");
    return read_cores(object, profile, error) && read_ingest(object, profile, error) &&
           read_decode(object, profile, error) && read_limits(object, profile, error);
}

HwProfile *
hw_profile_parse(const char *file, const char *text, size_t size, GError **error)
{
    g_autoptr(JsonNode) root = json_text_parse(text, size, error);
    g_autoptr(HwProfile) profile = g_new0(HwProfile, 1);

    if (root != NULL && read_profile(json_node_get_object(root), profile, error))
        return g_steal_pointer(&profile);
    g_prefix_error(error, "%s: ", file);
    return NULL;
}

HwProfile *
hw_profile_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &text, &size, &reason)) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "reading the hardware profile: %s",
                    reason->message);
        return NULL;
    }
    if (size > HW_PROFILE_MAX_BYTES) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "%s: %" G_GSIZE_FORMAT " bytes, at most %u", path, size, HW_PROFILE_MAX_BYTES);
        return NULL;
    }
    return hw_profile_parse(path, text, size, error);
}

void
hw_profile_free(HwProfile *profile)
{
    if (profile == NULL)
        return;
    for (size_t i = 0; i < profile->n_limits; i++) {
        g_free(profile->limits[i].kind);
        g_free(profile->limits[i].name);
    }
    g_free(profile->limits);
    g_free(profile->name);
    g_free(profile->text);
    g_free(profile->worker_cpus);
    g_free(profile->supervisor_cpus);
    g_free(profile->decode_backend);
    g_strfreev(profile->ingest_interfaces);
    g_free(profile);
}
