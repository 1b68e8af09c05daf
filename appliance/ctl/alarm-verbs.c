/* Alarms: the list, and what operators do. */
#include "appliance/ctl/alarm-verbs.h"

#include "appliance/ctl/answer.h"

CtlStatus
verb_alarm_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID",       "SEVERITY", "RAISED", "CLEARED",
                                          "OPERATOR", "OWNER",    "UNTIL",  "RESOURCE",
                                          "TYPE",     "TEXT",     NULL};
    g_autofree char *path =
        g_strdup_printf("/api/v1/alarms?limit=1000&state=%s", context->all ? "all" : "open");
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, path, NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *alarm = json_array_get_object_element(items, i);

        table_add(table, (const char *const[]){
                             answer_text(alarm, "id"), answer_text(alarm, "severity"),
                             answer_text(alarm, "raised_at"), answer_text(alarm, "cleared_at"),
                             answer_text(alarm, "operator_state"), answer_text(alarm, "owner"),
                             answer_text(alarm, "until"), answer_text(alarm, "resource"),
                             answer_text(alarm, "type"), answer_text(alarm, "text")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

/* POSTs what the options say. */
static CtlStatus
act(const VerbContext *context, const char *what)
{
    g_autofree char *id = g_uri_escape_string(context->target, NULL, FALSE);
    g_autofree char *path = g_strdup_printf("/api/v1/alarms/%s/%s", id, what);
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(JsonNode) body = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;
    CtlStatus status;

    json_node_take_object(body, json_object_new());
    if (context->note != NULL)
        json_object_set_string_member(json_node_get_object(body), "note", context->note);
    if (context->user != NULL)
        json_object_set_string_member(json_node_get_object(body), "user", context->user);
    if (context->minutes != 0)
        json_object_set_int_member(json_node_get_object(body), "minutes", context->minutes);
    text = json_to_string(body, FALSE);
    status = answer_ask(context, path, text, &root);
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    return status;
}

CtlStatus
verb_alarm_ack(const VerbContext *context)
{
    return act(context, "ack");
}

CtlStatus
verb_alarm_unack(const VerbContext *context)
{
    return act(context, "unack");
}

CtlStatus
verb_alarm_comment(const VerbContext *context)
{
    return act(context, "comment");
}

CtlStatus
verb_alarm_assign(const VerbContext *context)
{
    return act(context, "assign");
}

CtlStatus
verb_alarm_shelve(const VerbContext *context)
{
    return act(context, "shelve");
}

CtlStatus
verb_alarm_unshelve(const VerbContext *context)
{
    return act(context, "unshelve");
}
