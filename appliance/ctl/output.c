/* Cells of any kind of value; tables, members, JSON. */
#include "appliance/ctl/output.h"

#include <string.h>

#define DEPTH_MAX 8u /* of members within members that get lines of their own */

const char *
output_text(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_STRING)
        return "";
    return json_node_get_string(node);
}

double
output_number(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : 0;
}

JsonArray *
output_items(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

JsonObject *
output_object(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

guint
output_length(JsonArray *items)
{
    return items != NULL ? json_array_get_length(items) : 0;
}

/* "a,b" */
static char *
joined(JsonArray *array)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < json_array_get_length(array); i++) {
        g_autofree char *item = output_value(json_array_get_element(array, i));

        g_string_append_printf(text, "%s%s", i > 0 ? "," : "", item);
    }
    return g_string_free(text, FALSE);
}

char *
output_value(JsonNode *node)
{
    const GType type =
        node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return g_strdup("");
    if (JSON_NODE_HOLDS_ARRAY(node))
        return joined(json_node_get_array(node));
    if (JSON_NODE_HOLDS_OBJECT(node))
        return json_to_string(node, FALSE);
    if (type == G_TYPE_STRING)
        return json_node_dup_string(node);
    if (type == G_TYPE_BOOLEAN)
        return g_strdup(json_node_get_boolean(node) ? "yes" : "no");
    if (type == G_TYPE_INT64)
        return g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(node));
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(buffer, sizeof buffer, "%.6g", json_node_get_double(node)));
}

/* ---- Rows ---- */

/* The member "a.b.c" of @object. (nullable) */
static JsonNode *
find(JsonObject *object, const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, ".", -1);
    JsonNode *node = NULL;

    for (size_t i = 0; names[i] != NULL && object != NULL; i++) {
        node = json_object_get_member(object, names[i]);
        object = names[i + 1] != NULL ? output_object(object, names[i]) : NULL;
        if (names[i + 1] != NULL && object == NULL)
            return NULL;
    }
    return node;
}

/* @path: of a member; "@M" behind it: in millions. Returns: (transfer full) */
static char *
cell(JsonNode *row, const char *path)
{
    const char *mark = strchr(path, '@');
    g_autofree char *name = mark != NULL ? g_strndup(path, (gsize)(mark - path)) : g_strdup(path);
    JsonNode *node =
        JSON_NODE_HOLDS_OBJECT(row) && *name != '\0' ? find(json_node_get_object(row), name) : row;
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    if (node != NULL && JSON_NODE_HOLDS_OBJECT(node) && /* a figure with its target */
        json_object_has_member(json_node_get_object(node), "value"))
        node = json_object_get_member(json_node_get_object(node), "value");
    if (mark == NULL || node == NULL || !JSON_NODE_HOLDS_VALUE(node))
        return output_value(node);
    return g_strdup(
        g_ascii_formatd(buffer, sizeof buffer, "%.3f", json_node_get_double(node) / 1e6));
}

void
output_rows(const VerbContext *context, JsonArray *items, const char *columns)
{
    g_auto(GStrv) specs = g_strsplit(columns, ";", -1);
    const guint n = g_strv_length(specs);
    g_autofree const char **headings = g_new0(const char *, n + 1);
    g_autofree const char **paths = g_new0(const char *, n + 1);

    for (guint i = 0; i < n; i++) {
        char *equals = strchr(specs[i], '=');

        headings[i] = specs[i];
        paths[i] = equals + 1;
        *equals = '\0';
    }
    g_autoptr(Table) table = table_new(headings);

    for (guint r = 0; r < output_length(items); r++) {
        g_auto(GStrv) cells = g_new0(char *, n + 1);

        for (guint i = 0; i < n; i++)
            cells[i] = cell(json_array_get_element(items, r), paths[i]);
        table_add(table, (const char *const *)cells);
    }
    output_table(context, table);
}

/* ---- Members ---- */

/* A line for @node, or for each of its members, with the names of all above it. */
static void
add_lines(Table *table, const char *name, JsonNode *node, unsigned depth)
{
    if (depth < DEPTH_MAX && JSON_NODE_HOLDS_OBJECT(node)) {
        JsonObject *object = json_node_get_object(node);
        g_autoptr(GList) members = json_object_get_members(object);

        for (const GList *at = members; at != NULL; at = at->next) {
            g_autofree char *below = *name != '\0'
                                         ? g_strdup_printf("%s.%s", name, (const char *)at->data)
                                         : g_strdup(at->data);

            add_lines(table, below, json_object_get_member(object, at->data), depth + 1);
        }
        return;
    }
    JsonArray *array = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
    const bool deep = output_length(array) > 0 &&
                      JSON_NODE_HOLDS_OBJECT(json_array_get_element(array, 0)) && depth < DEPTH_MAX;

    for (guint i = 0; deep && i < json_array_get_length(array); i++) {
        g_autofree char *below = g_strdup_printf("%s.%u", name, i);

        add_lines(table, below, json_array_get_element(array, i), depth + 1);
    }
    if (deep)
        return;
    g_autofree char *value = output_value(node);

    table_add(table, (const char *const[]){name, value});
}

static void
print_members(const VerbContext *context, JsonNode *root)
{
    static const char *const columns[] = {"WHAT", "VALUE", NULL};
    g_autoptr(Table) table = table_new(columns);

    add_lines(table, "", root, 0);
    output_table(context, table);
}

/* ---- Choice ---- */

void
output_json(const VerbContext *context, JsonNode *node)
{
    g_autofree char *text = json_to_string(node, FALSE);

    if (options_get(context->options, "quiet") == NULL)
        g_print("%s\n", text);
}

void
output_table(const VerbContext *context, const Table *table)
{
    const char *terminal = g_getenv("TERM");
    const char *no_colour = g_getenv("NO_COLOR");
    const bool colour = context->tty && (no_colour == NULL || *no_colour == '\0') &&
                        g_strcmp0(terminal, "dumb") != 0;
    g_autofree char *text = table_render(table, context->tty, colour);

    if (options_get(context->options, "quiet") == NULL)
        g_print("%s", text);
}

void
output_print(const VerbContext *context, JsonNode *root)
{
    const Verb *verb = context->verb;
    JsonArray *items =
        output_items(json_node_get_object(root), verb->items != NULL ? verb->items : "items");

    if (options_get(context->options, "jsonl") != NULL && items != NULL) {
        for (guint i = 0; i < output_length(items); i++)
            output_json(context, json_array_get_element(items, i));
    } else if (context->json || verb->output == OUT_JSON) {
        output_json(context, root);
    } else if (verb->output == OUT_TABLE) {
        output_rows(context, items, verb->columns);
    } else if (verb->output == OUT_OBJECT) {
        print_members(context, root);
    }
}
