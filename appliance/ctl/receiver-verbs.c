/* Receivers: the list, changes, tests, what was tried. */
#include "appliance/ctl/receiver-verbs.h"

#include <stdio.h>

#include "appliance/ctl/answer.h"

#define STDIN_MAX 65536u /* bytes of a receiver's JSON */

/* @tail: "" or what follows the id. Returns: (transfer full) */
static char *
path_of(const VerbContext *context, const char *tail)
{
    g_autofree char *id = g_uri_escape_string(context->target, NULL, FALSE);

    return g_strdup_printf("/api/v1/receivers/%s%s", id, tail);
}

static const char *
member(JsonObject *item, const char *object, const char *name)
{
    JsonNode *node = json_object_get_member(item, object);

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node)
               ? answer_text(json_node_get_object(node), name)
               : "";
}

CtlStatus
verb_receiver_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID", "KIND", "STATE", "SEVERITY", "URL", "WHY", NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/receivers", NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *item = json_array_get_object_element(items, i);

        table_add(table,
                  (const char *const[]){
                      answer_text(item, "id"), member(item, "settings", "kind"),
                      member(item, "status", "state"), member(item, "settings", "min_severity"),
                      member(item, "settings", "url"), member(item, "status", "text")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

CtlStatus
verb_receiver_show(const VerbContext *context)
{
    g_autofree char *path = path_of(context, "");
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, path, NULL, &root);

    if (status == CTL_OK)
        answer_print_json(root);
    return status;
}

/* (transfer full) (nullable) */
static char *
read_stdin(void)
{
    g_autofree char *text = g_malloc(STDIN_MAX + 1);
    const size_t n = fread(text, 1, STDIN_MAX + 1, stdin);

    if (n > STDIN_MAX)
        return NULL;
    text[n] = '\0';
    return g_steal_pointer(&text);
}

CtlStatus
verb_receiver_set(const VerbContext *context)
{
    g_autofree char *path = path_of(context, "");
    g_autofree char *body = read_stdin();

    if (body == NULL) {
        g_printerr("gantryctl: more than %u bytes on stdin\n", STDIN_MAX);
        return CTL_USAGE;
    }
    return answer_send(context, "PUT", path, body);
}

CtlStatus
verb_receiver_remove(const VerbContext *context)
{
    g_autofree char *path = path_of(context, "");

    return answer_send(context, "DELETE", path, NULL);
}

/* What the receiver answered. */
static CtlStatus
print_try(const VerbContext *context, JsonNode *root)
{
    JsonObject *object = json_node_get_object(root);

    if (context->json)
        answer_print_json(root);
    else
        g_print("%s\n", answer_text(object, "text"));
    return json_object_get_boolean_member_with_default(object, "delivered", FALSE) ? CTL_OK
                                                                                   : CTL_FAILURE;
}

CtlStatus
verb_receiver_test(const VerbContext *context)
{
    g_autofree char *path = path_of(context, "/test");
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, path, "{}", &root);

    return status == CTL_OK ? print_try(context, root) : status;
}

CtlStatus
verb_receiver_replay(const VerbContext *context)
{
    g_autofree char *path = path_of(context, "/replay");
    g_autofree char *body = g_strdup_printf("{\"seq\":%" G_GUINT64_FORMAT "}", context->after);
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, path, body, &root);

    return status == CTL_OK ? print_try(context, root) : status;
}

CtlStatus
verb_receiver_deliveries(const VerbContext *context)
{
    static const char *const columns[] = {"AT",      "WHAT", "OUTCOME", "STATUS", "MS",
                                          "ATTEMPT", "SEQ",  "TITLE",   "ANSWER", NULL};
    g_autofree char *path = path_of(context, "/deliveries");
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, path, NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *item = json_array_get_object_element(items, i);
        g_autofree char *code = g_strdup_printf("%.0f", answer_number(item, "status"));
        g_autofree char *latency = g_strdup_printf("%.0f", answer_number(item, "latency_ms"));
        g_autofree char *attempt = g_strdup_printf("%.0f", answer_number(item, "attempt"));
        g_autofree char *seq = g_strdup_printf("%.0f", answer_number(item, "seq"));

        table_add(table,
                  (const char *const[]){answer_text(item, "at"), answer_text(item, "what"),
                                        answer_text(item, "outcome"), code, latency, attempt, seq,
                                        answer_text(item, "title"), answer_text(item, "answer")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}
