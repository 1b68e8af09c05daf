/* Calendar, run-books, policy; hand-over and figures. */
#include "appliance/ctl/site-verbs.h"

#include "appliance/ctl/answer.h"

/* Path of @part and the escaped target. Returns: (transfer full) */
static char *
path_of(const char *part, const char *target)
{
    g_autofree char *id = g_uri_escape_string(target, NULL, FALSE);

    return g_strdup_printf("/api/v1/%s/%s", part, id);
}

/* The JSON of --body; with @FILE, of that file. Says itself what is wrong. Returns: (nullable) */
static char *
body_of(const VerbContext *context)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    if (context->body == NULL)
        g_printerr("gantryctl: say what in --body JSON, or --body @FILE.\n");
    else if (context->body[0] != '@')
        return g_strdup(context->body);
    else if (!g_file_get_contents(context->body + 1, &text, NULL, &error))
        g_printerr("gantryctl: %s.\n", error->message);
    return text;
}

static CtlStatus
put(const VerbContext *context, const char *path)
{
    g_autofree char *body = body_of(context);

    return body != NULL ? answer_send(context, "PUT", path, body) : CTL_USAGE;
}

/* "a,b" of an array of names; "all" of an empty one. */
static char *
joined(JsonObject *object, const char *first, const char *second)
{
    const char *const members[] = {first, second};
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        JsonArray *names = json_object_get_array_member(object, members[i]);

        for (guint k = 0; k < answer_length(names); k++)
            g_string_append_printf(text, "%s%s", text->len > 0 ? "," : "",
                                   json_array_get_string_element(names, k));
    }
    return text->len > 0 ? g_strdup(text->str) : g_strdup("all");
}

CtlStatus
verb_calendar_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID",     "KIND", "NOW",   "NEXT FROM", "NEXT UNTIL",
                                          "REPEAT", "FOR",  "TITLE", NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/calendar", NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *entry = json_array_get_object_element(items, i);
        g_autofree char *whom = joined(entry, "channels", "groups");
        const bool active = json_object_get_boolean_member_with_default(entry, "active", FALSE);

        table_add(table, (const char *const[]){answer_text(entry, "id"), answer_text(entry, "kind"),
                                               active ? "now" : "", answer_text(entry, "next_from"),
                                               answer_text(entry, "next_until"),
                                               answer_text(entry, "repeat"), whom,
                                               answer_text(entry, "title")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

CtlStatus
verb_calendar_set(const VerbContext *context)
{
    g_autofree char *path = path_of("calendar", context->target);

    return put(context, path);
}

CtlStatus
verb_calendar_remove(const VerbContext *context)
{
    g_autofree char *path = path_of("calendar", context->target);

    return answer_send(context, "DELETE", path, NULL);
}

static void
set_time(JsonObject *object, const char *name, gint64 unix_s)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(unix_s);
    g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");

    json_object_set_string_member(object, name, text);
}

CtlStatus
verb_channel_maintain(const VerbContext *context)
{
    const gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *id = g_strdup_printf("%.40s-%" G_GINT64_FORMAT, context->target, now_s);
    g_autofree char *path = path_of("calendar", id);
    g_autoptr(JsonNode) body = json_node_new(JSON_NODE_OBJECT);
    JsonArray *channels = json_array_new();
    JsonObject *object = json_object_new();

    if (context->minutes < 1) {
        g_printerr("gantryctl: say for how long, with --minutes N.\n");
        json_array_unref(channels);
        json_object_unref(object);
        return CTL_USAGE;
    }
    json_array_add_string_element(channels, context->target);
    json_object_set_array_member(object, "channels", channels);
    json_object_set_string_member(object, "title", context->note != NULL ? context->note : "");
    set_time(object, "from", now_s);
    set_time(object, "until", now_s + context->minutes * 60);
    json_node_take_object(body, object);
    g_autofree char *text = json_to_string(body, FALSE);

    return answer_send(context, "PUT", path, text);
}

CtlStatus
verb_runbook_list(const VerbContext *context)
{
    static const char *const columns[] = {"FAULT", "TEXT OF", "WHAT TO DO", NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/runbooks", NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *entry = json_array_get_object_element(items, i);
        const bool own = json_object_get_boolean_member_with_default(entry, "own", FALSE);

        table_add(table,
                  (const char *const[]){answer_text(entry, "fault"), own ? "site" : "shipped",
                                        answer_text(entry, "text")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

CtlStatus
verb_runbook_set(const VerbContext *context)
{
    g_autofree char *path = path_of("runbooks", context->target);
    g_autoptr(JsonNode) body = json_node_new(JSON_NODE_OBJECT);

    json_node_take_object(body, json_object_new());
    json_object_set_string_member(json_node_get_object(body), "text",
                                  context->note != NULL ? context->note : "");
    g_autofree char *text = json_to_string(body, FALSE);

    return answer_send(context, "PUT", path, text);
}

CtlStatus
verb_runbook_remove(const VerbContext *context)
{
    g_autofree char *path = path_of("runbooks", context->target);

    return answer_send(context, "DELETE", path, NULL);
}

CtlStatus
verb_policy_show(const VerbContext *context)
{
    static const char *const names[] = {"timezone", "shelf_max_minutes", "remind_after_minutes",
                                        "escalate_after", "positions"};
    static const char *const columns[] = {"WHAT", "VALUE", NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/policy", NULL, &root);

    for (size_t i = 0; status == CTL_OK && i < G_N_ELEMENTS(names); i++) {
        JsonObject *policy = json_node_get_object(root);
        g_autofree char *number = g_strdup_printf("%.0f", answer_number(policy, names[i]));
        const char *text = answer_text(policy, names[i]);

        table_add(table, (const char *const[]){names[i], *text != '\0' ? text : number});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

CtlStatus
verb_policy_set(const VerbContext *context)
{
    return put(context, "/api/v1/policy");
}

/* ---- What shifts read ---- */

static void
print_alarms(const VerbContext *context, JsonNode *root, const char *name, const char *heading)
{
    static const char *const columns[] = {"SEVERITY", "RAISED", "CLEARED", "OWNER", "UNTIL",
                                          "RESOURCE", "TEXT",   "NOTE",    NULL};
    JsonArray *items = answer_items(root, name);
    g_autoptr(Table) table = table_new(columns);

    g_print("%s: %u\n", heading, answer_length(items));
    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *alarm = json_array_get_object_element(items, i);

        table_add(table, (const char *const[]){
                             answer_text(alarm, "severity"), answer_text(alarm, "raised_at"),
                             answer_text(alarm, "cleared_at"), answer_text(alarm, "owner"),
                             answer_text(alarm, "until"), answer_text(alarm, "resource"),
                             answer_text(alarm, "text"), answer_text(alarm, "note")});
    }
    if (answer_length(items) > 0)
        answer_print_table(context, table);
    g_print("\n");
}

CtlStatus
verb_handover(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, "/api/v1/handover", NULL, &root);

    if (status != CTL_OK)
        return status;
    if (context->json) {
        answer_print_json(root);
        return status;
    }
    g_print("Hand-over as of %s\n\n", answer_text(json_node_get_object(root), "at"));
    print_alarms(context, root, "open", "Open");
    print_alarms(context, root, "shelved", "Shelved, by whom and until when");
    print_alarms(context, root, "promised", "Promised, by whom");
    print_alarms(context, root, "stale", "Open for more than 24 hours");
    print_alarms(context, root, "recent", "Last 12 hours");
    JsonArray *planned = answer_items(root, "planned");

    g_print("Planned now: %u\n", answer_length(planned));
    for (guint i = 0; i < answer_length(planned); i++) {
        JsonObject *channel = json_array_get_object_element(planned, i);

        g_print("%s\t%s\n", answer_text(channel, "id"), answer_text(channel, "text"));
    }
    return status;
}

static double
figure_of(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node)
               ? answer_number(json_node_get_object(node), "value")
               : answer_number(object, name);
}

CtlStatus
verb_figures(const VerbContext *context)
{
    static const char *const columns[] = {"SPAN",        "HOURS",   "ALARMS", "PER HOUR", "FLOODS",
                                          "MOST/10 MIN", "CHATTER", "ACTED",  NULL};
    static const char *const names[] = {"hours",      "announced",          "per_hour",
                                        "floods",     "most_in_10_minutes", "chattering",
                                        "acted_share"};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/alarm-figures", NULL, &root);
    JsonArray *spans = status == CTL_OK ? answer_items(root, "spans") : NULL;

    for (guint i = 0; i < answer_length(spans); i++) {
        JsonObject *span = json_array_get_object_element(spans, i);
        char texts[G_N_ELEMENTS(names)][G_ASCII_DTOSTR_BUF_SIZE];

        for (size_t k = 0; k < G_N_ELEMENTS(names); k++)
            g_ascii_formatd(texts[k], sizeof texts[k], "%.4g", figure_of(span, names[k]));
        table_add(table, (const char *const[]){answer_text(span, "span"), texts[0], texts[1],
                                               texts[2], texts[3], texts[4], texts[5], texts[6]});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}
