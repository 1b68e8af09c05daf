/* Member by member out of a foreign object into one of ours. */
#include "appliance/config/probe-report.h"

#include <string.h>

#include "appliance/config/json-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

static JsonNode *
member(JsonObject *object, const char *name, JsonNodeType type)
{
    JsonNode *node = object != NULL ? json_object_get_member(object, name) : NULL;

    return node != NULL && json_node_get_node_type(node) == type ? node : NULL;
}

static double
number_of(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_VALUE);
    const GType type = node != NULL ? json_node_get_value_type(node) : G_TYPE_NONE;

    return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double(node) : 0;
}

static bool
flag_of(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_VALUE);

    return node != NULL && json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
           json_node_get_boolean(node);
}

/* Returns: (transfer full): clean; "" without one */
static char *
text_of(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_VALUE);
    const bool is_text = node != NULL && json_node_get_value_type(node) == G_TYPE_STRING;

    return text_clean(is_text ? json_node_get_string(node) : "", PROBE_TEXT_MAX);
}

static JsonObject *
object_of(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_OBJECT);

    return node != NULL ? json_node_get_object(node) : NULL;
}

/* Returns: (transfer none) (nullable) */
static JsonArray *
array_of(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name, JSON_NODE_ARRAY);

    return node != NULL ? json_node_get_array(node) : NULL;
}

static guint
count(JsonArray *array, guint most)
{
    return array != NULL ? MIN(json_array_get_length(array), most) : 0;
}

static JsonObject *
element(JsonArray *array, guint i)
{
    JsonNode *node = json_array_get_element(array, i);

    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void
put_number(JsonBuilder *builder, const char *name, double value, double most)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, (gint64)CLAMP(value, 0, most));
}

static void
put_text(JsonBuilder *builder, const char *name, char *text)
{
    g_autofree char *owned = text;

    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, owned);
}

/* In the words of the trade. Returns: (transfer full) */
static char *
detail_of(JsonObject *component)
{
    JsonObject *video = object_of(component, "video");
    JsonObject *audio = object_of(component, "audio");

    if (video != NULL)
        return g_strdup_printf("%.0fx%.0f %s, %.4g frames/s",
                               CLAMP(number_of(video, "width"), 0, 16384),
                               CLAMP(number_of(video, "height"), 0, 16384),
                               flag_of(video, "interlaced") ? "interlaced" : "progressive",
                               CLAMP(number_of(video, "frame_rate"), 0, 1000));
    if (audio != NULL)
        return g_strdup_printf("%.0f channels, %.4g kHz",
                               CLAMP(number_of(audio, "channels"), 0, 64),
                               CLAMP(number_of(audio, "sample_rate_hz"), 0, 1e6) / 1000);
    return g_strdup("");
}

static void
put_components(JsonBuilder *builder, JsonObject *service)
{
    JsonArray *components = array_of(service, "components");

    json_builder_set_member_name(builder, "components");
    json_builder_begin_array(builder);
    for (guint i = 0; i < count(components, PROBE_COMPONENTS_MAX); i++) {
        JsonObject *component = element(components, i);

        json_builder_begin_object(builder);
        put_number(builder, "pid", number_of(component, "pid"), 8191);
        put_text(builder, "kind", text_of(component, "kind"));
        put_text(builder, "codec", text_of(component, "codec"));
        put_text(builder, "language", text_of(component, "language"));
        put_text(builder, "detail", detail_of(component));
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static bool
is_base64(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") ==
               strlen(text) &&
           strlen(text) <= PROBE_JPEG_MAX;
}

static void
put_picture(JsonBuilder *builder, JsonObject *root, double service_id)
{
    JsonArray *pictures = array_of(root, "pictures");
    const char *found = NULL;

    for (guint i = 0; i < count(pictures, PROBE_SERVICES_MAX); i++) {
        JsonObject *picture = element(pictures, i);
        JsonNode *node = member(picture, "jpeg_base64", JSON_NODE_VALUE);

        if (number_of(picture, "service_id") == service_id && node != NULL &&
            json_node_get_value_type(node) == G_TYPE_STRING &&
            is_base64(json_node_get_string(node)))
            found = json_node_get_string(node);
    }
    json_builder_set_member_name(builder, "jpeg_base64");
    if (found != NULL)
        json_builder_add_string_value(builder, found);
    else
        json_builder_add_null_value(builder);
}

static void
put_services(JsonBuilder *builder, JsonObject *root)
{
    JsonArray *services = array_of(root, "services");

    json_builder_set_member_name(builder, "services");
    json_builder_begin_array(builder);
    for (guint i = 0; i < count(services, PROBE_SERVICES_MAX); i++) {
        JsonObject *service = element(services, i);
        const double service_id = number_of(service, "service_id");

        json_builder_begin_object(builder);
        put_number(builder, "service_id", service_id, G_MAXUINT16);
        put_text(builder, "name", text_of(service, "name"));
        put_text(builder, "provider", text_of(service, "provider"));
        put_number(builder, "bitrate_bps", number_of(service, "bitrate_bps"), 1e12);
        json_builder_set_member_name(builder, "scrambled");
        json_builder_add_boolean_value(builder, number_of(service, "scrambled") > 0);
        put_picture(builder, root, service_id);
        put_components(builder, service);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
put_warnings(JsonBuilder *builder, JsonObject *root)
{
    JsonArray *warnings = array_of(root, "warnings");

    json_builder_set_member_name(builder, "warnings");
    json_builder_begin_array(builder);
    for (guint i = 0; i < count(warnings, 16); i++) {
        JsonNode *node = json_array_get_element(warnings, i);
        g_autofree char *clean = NULL;

        if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
            continue;
        clean = text_clean(json_node_get_string(node), 2 * PROBE_TEXT_MAX);
        json_builder_add_string_value(builder, clean);
    }
    json_builder_end_array(builder);
}

char *
probe_report_reduce(const char *text, size_t size, GError **error)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    if (size > PROBE_REPORT_MAX) {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "the report is too long");
        return NULL;
    }
    g_autoptr(JsonNode) node = json_text_parse(text, size, error);

    if (node == NULL)
        return NULL;
    JsonObject *root = json_node_get_object(node);

    json_builder_begin_object(builder);
    put_number(builder, "bitrate_bps", number_of(root, "bitrate_bps"), 1e12);
    put_number(builder, "cc_errors", number_of(root, "cc_errors"), 1e15);
    put_warnings(builder, root);
    put_services(builder, root);
    json_builder_end_object(builder);
    g_autoptr(JsonNode) reduced = json_builder_get_root(builder);

    return json_to_string(reduced, FALSE);
}
