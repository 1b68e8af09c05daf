/* Asking, and taking answers apart: what every verb needs. */
#include "appliance/ctl/answer.h"

/* Asks, and says why not. */
CtlStatus
answer_ask(const VerbContext *context, const char *path, const char *body, JsonNode **ret_root)
{
    g_autofree char *message = NULL;
    const CtlStatus status = ctl_client_ask(context->client, path, body, ret_root, &message);

    if (status != CTL_OK)
        g_printerr("gantryctl: %s\n", message);
    return status;
}

CtlStatus
answer_send(const VerbContext *context, const char *method, const char *path, const char *body)
{
    g_autofree char *message = NULL;
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = ctl_client_send(context->client, method, path, body, &root, &message);

    if (status != CTL_OK)
        g_printerr("gantryctl: %s\n", message);
    else if (context->json)
        answer_print_json(root);
    return status;
}

void
answer_print_json(JsonNode *node)
{
    g_autofree char *text = json_to_string(node, FALSE);

    g_print("%s\n", text);
}

const char *
answer_text(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_STRING)
        return "";
    return json_node_get_string(node);
}

double
answer_number(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : 0;
}

JsonArray *
answer_items(JsonNode *root, const char *name)
{
    JsonNode *node = json_object_get_member(json_node_get_object(root), name);

    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

guint
answer_length(JsonArray *items)
{
    return items != NULL ? json_array_get_length(items) : 0;
}

void
answer_print_table(const VerbContext *context, const Table *table)
{
    g_autofree char *text = table_render(table, context->tty);

    g_print("%s", text);
}
