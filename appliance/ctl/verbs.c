/* Asking, and printing what came back. */
#include "appliance/ctl/verbs.h"

#include "appliance/ctl/journal-file.h"
#include "appliance/ctl/table.h"

#define JOURNAL_PAGE 500u
#define FOLLOW_MS    1000u

/* Asks, and says why not. */
static CtlStatus
ask(const VerbContext *context, const char *path, const char *body, JsonNode **ret_root)
{
    g_autofree char *message = NULL;
    const CtlStatus status = ctl_client_ask(context->client, path, body, ret_root, &message);

    if (status != CTL_OK)
        g_printerr("gantryctl: %s\n", message);
    return status;
}

static void
print_json(JsonNode *node)
{
    g_autofree char *text = json_to_string(node, FALSE);

    g_print("%s\n", text);
}

static const char *
text_of(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_STRING)
        return "";
    return json_node_get_string(node);
}

static double
number_of(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : 0;
}

static JsonArray *
items_of(JsonNode *root, const char *name)
{
    JsonNode *node = json_object_get_member(json_node_get_object(root), name);

    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static guint
length_of(JsonArray *items)
{
    return items != NULL ? json_array_get_length(items) : 0;
}

static void
print_table(const VerbContext *context, const Table *table)
{
    g_autofree char *text = table_render(table, context->tty);

    g_print("%s", text);
}

static CtlStatus
channel_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID",      "STATE", "SEVERITY", "MBIT/S", "CC ERRORS",
                                          "ADDRESS", "NAME",  "WHY",      NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = ask(context, "/api/v1/channels", NULL, &root);
    JsonArray *items = status == CTL_OK ? items_of(root, "items") : NULL;

    for (guint i = 0; i < length_of(items); i++) {
        JsonObject *channel = json_array_get_object_element(items, i);
        g_autofree char *rate = g_strdup_printf("%.3f", number_of(channel, "bitrate_bps") / 1e6);
        g_autofree char *errors = g_strdup_printf("%.0f", number_of(channel, "cc_errors"));

        table_add(table,
                  (const char *const[]){text_of(channel, "id"), text_of(channel, "state"),
                                        text_of(channel, "severity"), rate, errors,
                                        text_of(channel, "address"), text_of(channel, "name"),
                                        text_of(channel, "state_text")});
    }
    if (status == CTL_OK && context->json)
        print_json(root);
    else if (status == CTL_OK)
        print_table(context, table);
    return status;
}

static CtlStatus
alarm_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID",    "SEVERITY", "RAISED", "CLEARED", "OPERATOR",
                                          "OWNER", "RESOURCE", "TYPE",   "TEXT",    NULL};
    g_autofree char *path =
        g_strdup_printf("/api/v1/alarms?limit=1000&state=%s", context->all ? "all" : "open");
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = ask(context, path, NULL, &root);
    JsonArray *items = status == CTL_OK ? items_of(root, "items") : NULL;

    for (guint i = 0; i < length_of(items); i++) {
        JsonObject *alarm = json_array_get_object_element(items, i);

        table_add(table,
                  (const char *const[]){text_of(alarm, "id"), text_of(alarm, "severity"),
                                        text_of(alarm, "raised_at"), text_of(alarm, "cleared_at"),
                                        text_of(alarm, "operator_state"), text_of(alarm, "owner"),
                                        text_of(alarm, "resource"), text_of(alarm, "type"),
                                        text_of(alarm, "text")});
    }
    if (status == CTL_OK && context->json)
        print_json(root);
    else if (status == CTL_OK)
        print_table(context, table);
    return status;
}

static CtlStatus
alarm_ack(const VerbContext *context)
{
    g_autofree char *id = g_uri_escape_string(context->target, NULL, FALSE);
    g_autofree char *path = g_strdup_printf("/api/v1/alarms/%s/ack", id);
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(JsonNode) body = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;
    CtlStatus status;

    json_node_take_object(body, json_object_new());
    if (context->note != NULL)
        json_object_set_string_member(json_node_get_object(body), "note", context->note);
    text = json_to_string(body, FALSE);
    status = ask(context, path, text, &root);
    if (status == CTL_OK && context->json)
        print_json(root);
    return status;
}

static void
print_event(const VerbContext *context, JsonNode *node)
{
    JsonObject *event = json_node_get_object(node);
    static const char *const columns[] = {"SEQ",  "AT",   "KIND",  "SEVERITY", "RESOURCE",
                                          "TYPE", "TEXT", "ACTOR", NULL};
    g_autoptr(Table) table = table_new(columns);
    g_autofree char *seq = g_strdup_printf("%.0f", number_of(event, "seq"));
    g_autofree char *line = NULL;

    if (context->json) {
        print_json(node);
        return;
    }
    table_add(table, (const char *const[]){seq, text_of(event, "at"), text_of(event, "kind"),
                                           text_of(event, "severity"), text_of(event, "resource"),
                                           text_of(event, "type"), text_of(event, "text"),
                                           text_of(event, "actor")});
    line = table_render(table, false);
    g_print("%s", line);
}

/* One page; @after moves on. @ret_n: events printed. */
static CtlStatus
journal_page(const VerbContext *context, guint64 *after, guint *ret_n)
{
    g_autofree char *path = g_strdup_printf(
        "/api/v1/events/log?after=%" G_GUINT64_FORMAT "&limit=%u", *after, JOURNAL_PAGE);
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = ask(context, path, NULL, &root);
    JsonArray *items = status == CTL_OK ? items_of(root, "items") : NULL;

    for (guint i = 0; i < length_of(items); i++) {
        JsonNode *node = json_array_get_element(items, i);

        print_event(context, node);
        *after = (guint64)number_of(json_node_get_object(node), "seq");
    }
    *ret_n = length_of(items);
    return status;
}

static gboolean
on_time(gpointer data)
{
    g_main_loop_quit((GMainLoop *)data);
    return G_SOURCE_REMOVE;
}

static CtlStatus
journal(const VerbContext *context)
{
    if (context->file != NULL)
        return journal_file_print(context->file, context->after, context->json);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    guint64 after = context->after;
    guint n = 0;
    CtlStatus status = journal_page(context, &after, &n);

    while (status == CTL_OK && (n > 0 || context->follow)) {
        if (n == 0) {
            g_timeout_add(FOLLOW_MS, on_time, loop);
            g_main_loop_run(loop);
        }
        status = journal_page(context, &after, &n);
    }
    return status;
}

static CtlStatus
new_code(const VerbContext *context, const char *member)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = ask(context, "/api/v1/login-codes", "{}", &root);

    if (status == CTL_OK && context->json)
        print_json(root);
    else if (status == CTL_OK)
        g_print("%s\n", text_of(json_node_get_object(root), member));
    return status;
}

static CtlStatus
login_link(const VerbContext *context)
{
    return new_code(context, "url");
}

static CtlStatus
setup_code(const VerbContext *context)
{
    return new_code(context, "code");
}

/* "ok 59, fault 1" of the member @name of every item. */
static char *
counted(JsonArray *items, const char *name)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GList) words = NULL;
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < length_of(items); i++) {
        const char *word = text_of(json_array_get_object_element(items, i), name);
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, word));

        g_hash_table_insert(counts, (gpointer)word, GUINT_TO_POINTER(n + 1));
    }
    words = g_list_sort(g_hash_table_get_keys(counts), (GCompareFunc)g_strcmp0);
    for (const GList *at = words; at != NULL; at = at->next)
        g_string_append_printf(out, "%s%s %u", out->len > 0 ? ", " : "", (const char *)at->data,
                               GPOINTER_TO_UINT(g_hash_table_lookup(counts, at->data)));
    return g_string_free(out, FALSE);
}

static void
print_status(const VerbContext *context, JsonNode *system, JsonArray *channels, JsonArray *alarms)
{
    static const char *const columns[] = {"WHAT", "STATE", NULL};
    JsonObject *box = json_node_get_object(system);
    JsonArray *services = items_of(system, "services");
    g_autoptr(Table) table = table_new(columns);
    g_autofree char *up = g_strdup_printf("%.0f s", number_of(box, "uptime_seconds"));
    g_autofree char *drops = g_strdup_printf("%.0f", number_of(box, "own_drops"));
    g_autofree char *states = counted(channels, "state");
    g_autofree char *severities = counted(alarms, "severity");
    const bool synced = json_object_get_boolean_member_with_default(box, "clock_synced", FALSE);

    table_add(table, (const char *const[]){"build", text_of(box, "build")});
    table_add(table, (const char *const[]){"up", up});
    table_add(table, (const char *const[]){"channels", states});
    table_add(table, (const char *const[]){"open alarms", *severities != '\0' ? severities : "0"});
    table_add(table, (const char *const[]){"own drops", drops});
    table_add(table, (const char *const[]){"clock", synced ? "synchronised" : "not synchronised"});
    for (guint i = 0; i < length_of(services); i++) {
        JsonObject *service = json_array_get_object_element(services, i);
        const char *text = text_of(service, "text");
        g_autofree char *state =
            g_strdup_printf("%s%s%s", text_of(service, "state"), *text != '\0' ? ": " : "", text);

        table_add(table, (const char *const[]){text_of(service, "name"), state});
    }
    print_table(context, table);
}

static CtlStatus
box_status(const VerbContext *context)
{
    g_autoptr(JsonNode) system = NULL;
    g_autoptr(JsonNode) channels = NULL;
    g_autoptr(JsonNode) alarms = NULL;
    CtlStatus status = ask(context, "/api/v1/system", NULL, &system);

    if (status == CTL_OK)
        status = ask(context, "/api/v1/channels", NULL, &channels);
    if (status == CTL_OK)
        status = ask(context, "/api/v1/alarms?state=open&limit=1000", NULL, &alarms);
    if (status != CTL_OK)
        return status;
    if (context->json) {
        g_autoptr(JsonNode) whole = json_node_new(JSON_NODE_OBJECT);
        JsonObject *object = json_object_new();

        json_object_set_member(object, "system", json_node_copy(system));
        json_object_set_array_member(object, "channels",
                                     json_array_ref(items_of(channels, "items")));
        json_object_set_array_member(object, "alarms", json_array_ref(items_of(alarms, "items")));
        json_node_take_object(whole, object);
        print_json(whole);
    } else {
        print_status(context, system, items_of(channels, "items"), items_of(alarms, "items"));
    }
    return status;
}

const Verb verbs[] = {
    {"status", NULL, NULL, "the box at a glance", box_status},
    {"channel", "list", NULL, "every channel and its state", channel_list},
    {"alarm", "list", NULL, "raised alarms; with --all also those cleared lately", alarm_list},
    {"alarm", "ack", "ID", "acknowledge an alarm, with --note TEXT", alarm_ack},
    {"journal", NULL, NULL, "events, with --after SEQ and --follow; of a dead gantryd with --file",
     journal},
    {"login-link", NULL, NULL, "a link that logs in once, within 24 hours", login_link},
    {"setup-code", NULL, NULL, "a code for the first set-up, good once, within 24 hours",
     setup_code},
    {0},
};
