/* Profiles as tables. */
#include "appliance/ctl/profile-verbs.h"

#include "appliance/ctl/answer.h"

static JsonObject *
object_of(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

CtlStatus
verb_profile_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID", "BASE", "CHANNELS", "SHIPPED", "FOR", NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/profiles", NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *item = json_array_get_object_element(items, i);
        JsonObject *profile = object_of(item, "profile");
        g_autofree char *channels = g_strdup_printf("%.0f", answer_number(item, "channels"));
        const bool shipped = json_object_get_boolean_member_with_default(item, "shipped", FALSE);

        if (profile != NULL)
            table_add(table, (const char *const[]){
                                 answer_text(profile, "id"), answer_text(profile, "base"), channels,
                                 shipped ? "yes" : "no", answer_text(profile, "text")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

/* A value of any kind, for people. Returns: (transfer full) */
static char *
value_text(JsonObject *setting)
{
    JsonNode *node = json_object_get_member(setting, "value");
    const GType type =
        node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;

    if (type == G_TYPE_STRING)
        return json_node_dup_string(node);
    if (type == G_TYPE_BOOLEAN)
        return g_strdup(json_node_get_boolean(node) ? "yes" : "no");
    return g_strdup_printf("%g", type != G_TYPE_NONE ? json_node_get_double(node) : 0);
}

static void
print_settings(const VerbContext *context, JsonObject *profile)
{
    static const char *const columns[] = {"SETTING", "VALUE", "WHY", NULL};
    g_autoptr(Table) table = table_new(columns);
    JsonNode *node = json_object_get_member(profile, "settings");
    JsonArray *settings =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

    for (guint i = 0; i < answer_length(settings); i++) {
        JsonObject *setting = json_array_get_object_element(settings, i);
        g_autofree char *value = value_text(setting);

        table_add(table, (const char *const[]){answer_text(setting, "key"), value,
                                               answer_text(setting, "why")});
    }
    answer_print_table(context, table);
}

CtlStatus
verb_profile_show(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, "/api/v1/profiles", NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *profile = object_of(json_array_get_object_element(items, i), "profile");

        if (profile == NULL || g_strcmp0(answer_text(profile, "id"), context->target) != 0)
            continue;
        g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), profile);

        if (context->json)
            answer_print_json(node);
        else
            print_settings(context, profile);
        return CTL_OK;
    }
    if (status == CTL_OK)
        g_printerr("gantryctl: no profile is called \"%s\"; see gantryctl profile list\n",
                   context->target);
    return status == CTL_OK ? CTL_NOT_FOUND : status;
}

static char *
path_of(const char *format, const char *id)
{
    g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
    g_auto(GStrv) parts = g_strsplit(format, "{}", 2);

    return g_strconcat(parts[0], escaped, parts[1], NULL);
}

CtlStatus
verb_profile_simulate(const VerbContext *context)
{
    static const char *const columns[] = {"CHANNEL", "FAULT", "ALARMS", "WORST", "SECONDS", NULL};
    g_autofree char *path = path_of("/api/v1/profiles/{}/simulate", context->target);
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, path, "{}", &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *channel = json_array_get_object_element(items, i);
        JsonNode *node = json_object_get_member(channel, "faults");
        JsonArray *faults =
            node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

        for (guint k = 0; k < answer_length(faults); k++) {
            JsonObject *fault = json_array_get_object_element(faults, k);
            g_autofree char *alarms = g_strdup_printf("%.0f", answer_number(fault, "alarms"));
            g_autofree char *seconds = g_strdup_printf("%.1f", answer_number(fault, "raised_s"));

            table_add(table, (const char *const[]){answer_text(channel, "channel"),
                                                   answer_text(fault, "fault"), alarms,
                                                   answer_text(fault, "worst"), seconds});
        }
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    if (status != CTL_OK || context->json)
        return status;
    JsonObject *answer = json_node_get_object(root);

    g_print("%s (evidence of the last %.1f h).\n", answer_text(answer, "text"),
            answer_number(answer, "covers_s") / 3600);
    if (json_object_get_boolean_member_with_default(answer, "measures_otherwise", FALSE))
        g_print("Limits that measuring uses differ, too: those cannot be tried on the past.\n");
    if (answer_length(items) > 0)
        answer_print_table(context, table);
    return status;
}

CtlStatus
verb_channel_proposal(const VerbContext *context)
{
    g_autofree char *path = path_of("/api/v1/channels/{}/proposal", context->target);
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, path, NULL, &root);
    JsonObject *answer = status == CTL_OK ? json_node_get_object(root) : NULL;
    JsonArray *facts = status == CTL_OK ? answer_items(root, "facts") : NULL;
    JsonObject *profile = answer != NULL ? object_of(answer, "profile") : NULL;

    if (status == CTL_OK && context->json)
        answer_print_json(root);
    if (status != CTL_OK || context->json)
        return status;
    g_print("%s: %s, watched for %.1f of %.0f h.\n", answer_text(answer, "channel"),
            answer_text(answer, "state"), answer_number(answer, "watched_s") / 3600,
            answer_number(answer, "day_s") / 3600);
    for (guint i = 0; i < answer_length(facts); i++)
        g_print("  %s.\n", json_array_get_string_element(facts, i));
    if (profile == NULL)
        return status;
    g_print("Proposed: profile %s, which builds on \"%s\":\n", answer_text(profile, "id"),
            answer_text(profile, "base"));
    print_settings(context, profile);
    return status;
}

CtlStatus
verb_channel_accept(const VerbContext *context)
{
    g_autofree char *path = path_of("/api/v1/channels/{}/proposal/accept", context->target);
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = answer_ask(context, path, "{}", &root);

    if (status == CTL_OK && context->json)
        answer_print_json(root);
    return status;
}
