/* Careful reading of JSON. */
#include "appliance/config/json-text.h"

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define ERROR_MAX_BYTES 240

static bool G_GNUC_PRINTF(2, 3) refuse(GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *clean = text_clean(what, ERROR_MAX_BYTES);

    g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, clean);
    return false;
}

JsonNode *
json_text_parse(const char *text, size_t size, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_autoptr(GError) problem = NULL;

    /* The parser recurses; a file of brackets must not take the stack. */
    if (!text_json_is_shallow(text, size, JSON_TEXT_MAX_DEPTH)) {
        refuse(error, "nested too deeply");
        return NULL;
    }
    if (!json_parser_load_from_data(parser, text, (gssize)size, &problem)) {
        refuse(error, "%s", problem->message);
        return NULL;
    }
    JsonNode *root = json_parser_get_root(parser);

    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root)) {
        refuse(error, "not a JSON object");
        return NULL;
    }
    return json_node_ref(root);
}

/* The member named @name if it is a value of @type, else NULL with @error. */
static JsonNode *
member(JsonObject *object, const char *name, GType type, GError **error)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL) {
        refuse(error, "member \"%s\" is missing", name);
        return NULL;
    }
    if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != type) {
        refuse(error, "member \"%s\" is not of the right type", name);
        return NULL;
    }
    return node;
}

bool
json_member_string(JsonObject *object, const char *name, char **ret_text, GError **error)
{
    JsonNode *node = member(object, name, G_TYPE_STRING, error);

    if (node == NULL)
        return false;
    *ret_text = json_node_dup_string(node);
    return true;
}

bool
json_member_unsigned(
    JsonObject *object, const char *name, uint64_t maximum, uint64_t *ret_value, GError **error)
{
    JsonNode *node = member(object, name, G_TYPE_INT64, error);

    if (node == NULL)
        return false;
    if (json_node_get_int(node) < 0 || (uint64_t)json_node_get_int(node) > maximum)
        return refuse(error, "member \"%s\" is out of range", name);
    *ret_value = (uint64_t)json_node_get_int(node);
    return true;
}

bool
json_member_bool(JsonObject *object, const char *name, bool *ret_value, GError **error)
{
    JsonNode *node = member(object, name, G_TYPE_BOOLEAN, error);

    if (node == NULL)
        return false;
    *ret_value = json_node_get_boolean(node);
    return true;
}

bool
json_member_objects(JsonObject *object, const char *name, JsonArray **ret_array, GError **error)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node))
        return refuse(error, "member \"%s\" is not an array", name);
    JsonArray *array = json_node_get_array(node);

    for (guint i = 0; i < json_array_get_length(array); i++) {
        if (!JSON_NODE_HOLDS_OBJECT(json_array_get_element(array, i)))
            return refuse(error, "member \"%s\" holds something that is no object", name);
    }
    *ret_array = array;
    return true;
}

bool
json_check_members(JsonObject *object, const char *const *known, GError **error)
{
    g_autoptr(GList) members = json_object_get_members(object);

    for (GList *at = members; at != NULL; at = at->next) {
        if (g_strv_contains(known, at->data))
            continue;
        const char *near = text_nearest(at->data, known);

        if (near != NULL)
            return refuse(error, "unknown member \"%s\"; did you mean %s?", (char *)at->data, near);
        return refuse(error, "unknown member \"%s\"", (char *)at->data);
    }
    return true;
}

JsonNode *
json_text_merge(JsonNode *target, JsonNode *patch)
{
    if (!JSON_NODE_HOLDS_OBJECT(patch))
        return json_node_copy(patch);
    const bool is_object = target != NULL && JSON_NODE_HOLDS_OBJECT(target);
    JsonObject *before = is_object ? json_node_get_object(target) : NULL;
    g_autoptr(JsonObject) merged = json_object_new();
    JsonObjectIter iter;
    const char *name = NULL;
    JsonNode *value = NULL;

    if (before != NULL) {
        json_object_iter_init(&iter, before);
        while (json_object_iter_next(&iter, &name, &value))
            json_object_set_member(merged, name, json_node_copy(value));
    }
    json_object_iter_init(&iter, json_node_get_object(patch));
    while (json_object_iter_next(&iter, &name, &value)) {
        if (JSON_NODE_HOLDS_NULL(value))
            json_object_remove_member(merged, name);
        else
            json_object_set_member(
                merged, name,
                json_text_merge(before != NULL ? json_object_get_member(before, name) : NULL,
                                value));
    }
    return json_node_init_object(json_node_alloc(), merged);
}

void
json_add_text(JsonBuilder *builder, const char *name, const char *text)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, text != NULL ? text : "");
}

void
json_add_flag(JsonBuilder *builder, const char *name, bool flag)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, flag);
}

void
json_add_number(JsonBuilder *builder, const char *name, int64_t number)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, number);
}

void
json_add_list(JsonBuilder *builder, const char *name, GStrv list)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_array(builder);
    for (size_t i = 0; list != NULL && list[i] != NULL; i++)
        json_builder_add_string_value(builder, list[i]);
    json_builder_end_array(builder);
}
