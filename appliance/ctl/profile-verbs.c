/* Profiles: what they set, what they would have raised, what was learned. */
#include "appliance/ctl/output.h"
#include "appliance/ctl/request.h"
#include "appliance/ctl/verb-runs.h"

static void
print_settings(const VerbContext *context, JsonObject *profile)
{
    output_rows(context, output_items(profile, "settings"), "SETTING=key;VALUE=value;WHY=why");
}

/* Returns: (transfer none) (nullable): profile @id of the list @root. */
static JsonObject *
find_profile(JsonNode *root, const char *id)
{
    JsonArray *items = output_items(json_node_get_object(root), "items");

    for (guint i = 0; i < output_length(items); i++) {
        JsonObject *profile = output_object(json_array_get_object_element(items, i), "profile");

        if (profile != NULL && g_str_equal(output_text(profile, "id"), id))
            return profile;
    }
    return NULL;
}

CtlStatus
run_profile_show(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_ask(context, "GET", "/api/v1/profiles", NULL, &root);
    JsonObject *profile = status == CTL_OK ? find_profile(root, context->args[0]) : NULL;

    if (status == CTL_OK && profile == NULL)
        g_printerr("gantryctl: no profile is called \"%s\"; see gantryctl profile list.\n",
                   context->args[0]);
    if (profile == NULL)
        return status == CTL_OK ? CTL_NOT_FOUND : status;
    g_autoptr(JsonNode) node = json_node_init_object(json_node_alloc(), profile);

    if (context->json)
        output_json(context, node);
    else
        print_settings(context, profile);
    return CTL_OK;
}

/* A row for each fault of each channel. */
static void
print_simulated(const VerbContext *context, JsonArray *items)
{
    g_autoptr(JsonArray) rows = json_array_new();

    for (guint i = 0; i < output_length(items); i++) {
        JsonObject *channel = json_array_get_object_element(items, i);
        JsonArray *faults = output_items(channel, "faults");

        for (guint k = 0; k < output_length(faults); k++) {
            JsonNode *row = json_array_dup_element(faults, k);

            json_object_set_string_member(json_node_get_object(row), "channel",
                                          output_text(channel, "channel"));
            json_array_add_element(rows, row);
        }
    }
    if (output_length(rows) > 0)
        output_rows(context, rows,
                    "CHANNEL=channel;FAULT=fault;ALARMS=alarms;WORST=worst;SECONDS=raised_s");
}

CtlStatus
run_profile_simulate(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_json(context, &root);

    if (status == CTL_OK && context->json)
        output_json(context, root);
    if (status != CTL_OK || context->json)
        return status;
    JsonObject *answer = json_node_get_object(root);

    g_print("%s (evidence of the last %.1f h).\n", output_text(answer, "text"),
            output_number(answer, "covers_s") / 3600);
    if (json_object_get_boolean_member_with_default(answer, "measures_otherwise", FALSE))
        g_print("Limits that measuring uses differ, too: those cannot be tried on the past.\n");
    print_simulated(context, output_items(answer, "items"));
    return status;
}

CtlStatus
run_channel_proposal(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_json(context, &root);
    JsonObject *answer = status == CTL_OK ? json_node_get_object(root) : NULL;

    if (status == CTL_OK && context->json)
        output_json(context, root);
    if (status != CTL_OK || context->json)
        return status;
    JsonArray *facts = output_items(answer, "facts");
    JsonObject *profile = output_object(answer, "profile");

    g_print("%s: %s, watched for %.1f of %.0f h.\n", output_text(answer, "channel"),
            output_text(answer, "state"), output_number(answer, "watched_s") / 3600,
            output_number(answer, "day_s") / 3600);
    for (guint i = 0; i < output_length(facts); i++)
        g_print("  %s.\n", json_array_get_string_element(facts, i));
    if (profile == NULL)
        return status;
    g_print("Proposed: profile %s, which builds on \"%s\":\n", output_text(profile, "id"),
            output_text(profile, "base"));
    print_settings(context, profile);
    return status;
}
