/* Over json-glib's tree: lists are asked for in parts by scripts, not by walls. */
#include "appliance/http/list-shape.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef struct {
    char *name;
    bool descending;
} SortKey;

typedef struct {
    SortKey keys[SHAPE_SORTS_MAX];
    size_t n;
} SortKeys;

static bool
is_name(const char *name)
{
    return *name != '\0' && strlen(name) <= 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* Returns: (transfer full) (nullable): names; NULL if one is none or they are too many. */
static char **
names_of(const char *list, size_t most, bool signs)
{
    g_auto(GStrv) names = g_strsplit(list, ",", (gint)most + 1);

    if (g_strv_length(names) > most || names[0] == NULL)
        return NULL;
    for (size_t i = 0; names[i] != NULL; i++) {
        if (!is_name(signs && *names[i] == '-' ? names[i] + 1 : names[i]))
            return NULL;
    }
    return g_steal_pointer(&names);
}

static int
rank_of(JsonNode *node)
{
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node))
        return 2; /* nothing to go by */
    return json_node_get_value_type(node) == G_TYPE_STRING ? 1 : 0;
}

static int
compare_nodes(JsonNode *a, JsonNode *b, bool descending)
{
    const int by_rank = rank_of(a) - rank_of(b);
    int order = 0;

    if (by_rank != 0 || rank_of(a) == 2)
        return by_rank;
    if (rank_of(a) == 1) {
        order = strcmp(json_node_get_string(a), json_node_get_string(b));
    } else {
        const double x = json_node_get_double(a), y = json_node_get_double(b);

        order = (x > y) - (x < y);
    }
    return descending ? -order : order;
}

static int
compare_items(gconstpointer a, gconstpointer b, gpointer data)
{
    const SortKeys *keys = (const SortKeys *)data;
    JsonNode *const *x = (JsonNode *const *)a, *const *y = (JsonNode *const *)b;
    int order = 0;

    if (!JSON_NODE_HOLDS_OBJECT(*x) || !JSON_NODE_HOLDS_OBJECT(*y))
        return 0;
    for (size_t i = 0; order == 0 && i < keys->n; i++)
        order = compare_nodes(json_object_get_member(json_node_get_object(*x), keys->keys[i].name),
                              json_object_get_member(json_node_get_object(*y), keys->keys[i].name),
                              keys->keys[i].descending);
    return order;
}

static JsonNode *
cut(JsonNode *item, char *const *fields)
{
    JsonNode *node = NULL;
    JsonObject *from = NULL;
    g_autoptr(JsonObject) kept = NULL;

    if (fields == NULL || !JSON_NODE_HOLDS_OBJECT(item))
        return json_node_ref(item);
    from = json_node_get_object(item);
    kept = json_object_new();
    for (size_t i = 0; fields[i] != NULL; i++) {
        if (json_object_has_member(from, fields[i]))
            json_object_set_member(kept, fields[i], json_object_dup_member(from, fields[i]));
    }
    node = json_node_new(JSON_NODE_OBJECT);
    json_node_set_object(node, kept);
    return node;
}

static JsonArray *
reshape(JsonArray *items, char *const *fields, SortKeys *keys)
{
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    JsonArray *shaped = json_array_new();

    for (guint i = 0; i < json_array_get_length(items); i++)
        g_ptr_array_add(order, json_array_get_element(items, i));
    if (keys->n > 0)
        g_ptr_array_sort_with_data(order, compare_items, keys);
    for (guint i = 0; i < order->len; i++)
        json_array_add_element(shaped, cut((JsonNode *)order->pdata[i], fields));
    return shaped;
}

static void
read_keys(char *const *names, SortKeys *keys)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const bool descending = *names[i] == '-';

        keys->keys[keys->n++] = (SortKey){names[i] + (descending ? 1 : 0), descending};
    }
}

static bool
is_whole(JsonObject *answer)
{
    JsonNode *next = json_object_get_member(answer, "next_cursor");

    return next == NULL || JSON_NODE_HOLDS_NULL(next);
}

static GBytes *
shape_answer(JsonNode *root, char *const *fields, char *const *sort)
{
    JsonObject *answer = json_node_get_object(root);
    SortKeys keys = {0};
    gsize size = 0;
    g_autoptr(JsonGenerator) generator = json_generator_new();

    if (sort != NULL)
        read_keys(sort, &keys);
    json_object_set_array_member(
        answer, "items", reshape(json_object_get_array_member(answer, "items"), fields, &keys));
    json_generator_set_root(generator, root);

    char *text = json_generator_to_data(generator, &size);

    return g_bytes_new_take(text, size);
}

GBytes *
list_shape(GBytes *json, const char *fields, const char *sort, const char **ret_wrong)
{
    g_auto(GStrv) names = fields != NULL ? names_of(fields, SHAPE_NAMES_MAX, false) : NULL;
    g_auto(GStrv) keys = sort != NULL ? names_of(sort, SHAPE_SORTS_MAX, true) : NULL;
    g_autoptr(JsonParser) parser = json_parser_new();
    gsize size = 0;
    const char *text = (const char *)g_bytes_get_data(json, &size);
    JsonNode *root = NULL;

    if ((fields != NULL && names == NULL) || (sort != NULL && keys == NULL)) {
        *ret_wrong = "\"fields\" is 1 to 32 names of members and \"sort\" 1 to 4, separated by "
                     "commas; a \"-\" before a name of \"sort\" sorts descending.";
        return NULL;
    }
    if (!json_parser_load_from_data(parser, text, (gssize)size, NULL))
        return g_bytes_ref(json);
    root = json_parser_get_root(parser);
    if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root) ||
        !json_object_has_member(json_node_get_object(root), "items"))
        return g_bytes_ref(json);
    if (keys != NULL && !is_whole(json_node_get_object(root))) {
        *ret_wrong = "Only a whole list can be sorted; ask for all of it with a larger \"limit\".";
        return NULL;
    }
    return shape_answer(root, names, keys);
}
