/* What shifts read, what is planned on the spot, codes that log in, and what receivers answer. */
#include "appliance/ctl/output.h"
#include "appliance/ctl/request.h"
#include "appliance/ctl/verb-runs.h"

#define PROBE_TURN_MS 500u
#define PROBE_TURNS   60u /* 30 s */

/* ---- Planned work ---- */

static void
set_time(JsonObject *object, const char *name, gint64 unix_s)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(unix_s);
    g_autofree char *text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");

    json_object_set_string_member(object, name, text);
}

/* Returns: (transfer full) */
static char *
plan_of(const VerbContext *context, gint64 now_s, gint64 minutes)
{
    const char *note = options_get(context->options, "note");
    g_autoptr(JsonNode) body = json_node_new(JSON_NODE_OBJECT);
    JsonArray *channels = json_array_new();
    JsonObject *object = json_object_new();

    json_array_add_string_element(channels, context->args[0]);
    json_object_set_array_member(object, "channels", channels);
    json_object_set_string_member(object, "title", note != NULL ? note : "");
    set_time(object, "from", now_s);
    set_time(object, "until", now_s + minutes * 60);
    json_node_take_object(body, object);
    return json_to_string(body, FALSE);
}

CtlStatus
run_channel_maintain(const VerbContext *context)
{
    const gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *path =
        g_strdup_printf("/api/v1/calendar/%.40s-%" G_GINT64_FORMAT, context->args[0], now_s);
    g_autoptr(JsonNode) root = NULL;
    gint64 minutes = 0;

    if (!options_number(context->options, "minutes", 1, 366 * 1440, &minutes))
        return CTL_USAGE;
    if (minutes == 0) {
        g_printerr("gantryctl: say for how long, with --minutes N.\n");
        return CTL_USAGE;
    }
    g_autofree char *body = plan_of(context, now_s, minutes);
    const CtlStatus status = request_ask(context, "PUT", path, body, &root);

    if (status == CTL_OK && context->json)
        output_json(context, root);
    return status;
}

/* ---- Codes ---- */

static CtlStatus
new_code(const VerbContext *context, const char *member)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_json(context, &root);

    if (status == CTL_OK && context->json)
        output_json(context, root);
    else if (status == CTL_OK)
        g_print("%s\n", output_text(json_node_get_object(root), member));
    return status;
}

CtlStatus
run_login_link(const VerbContext *context)
{
    return new_code(context, "url");
}

CtlStatus
run_setup_code(const VerbContext *context)
{
    return new_code(context, "code");
}

/* ---- Probes ---- */

static gboolean
on_time(gpointer data)
{
    g_main_loop_quit((GMainLoop *)data);
    return G_SOURCE_REMOVE;
}

/* Asks for the operation at @path until it has ended. @ret_root: (transfer full): only on CTL_OK */
static CtlStatus
wait_for(const VerbContext *context, const char *path, JsonNode **ret_root)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

    for (unsigned turn = 0; turn < PROBE_TURNS; turn++) {
        g_autoptr(JsonNode) root = NULL;
        const CtlStatus status = request_ask(context, "GET", path, NULL, &root);

        if (status != CTL_OK)
            return status;
        if (!g_str_equal(output_text(json_node_get_object(root), "state"), "running")) {
            *ret_root = g_steal_pointer(&root);
            return CTL_OK;
        }
        g_timeout_add(PROBE_TURN_MS, on_time, loop);
        g_main_loop_run(loop);
    }
    g_printerr("gantryctl: it still runs: %s\n", path);
    return CTL_FAILURE;
}

CtlStatus
run_input_probe(const VerbContext *context)
{
    g_autoptr(JsonNode) begun = NULL;
    g_autoptr(JsonNode) root = NULL;
    CtlStatus status = request_json(context, &begun);

    if (status == CTL_OK)
        status = wait_for(context, output_text(json_node_get_object(begun), "url"), &root);
    if (status != CTL_OK)
        return status;
    JsonObject *operation = json_node_get_object(root);

    output_print(context, root);
    return g_str_equal(output_text(operation, "state"), "done") ? CTL_OK : CTL_FAILURE;
}

/* ---- Receivers ---- */

/* What the receiver answered; that it did not take the message is a failure. */
CtlStatus
run_receiver_try(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_json(context, &root);
    JsonObject *object = status == CTL_OK ? json_node_get_object(root) : NULL;

    if (status != CTL_OK)
        return status;
    if (context->json)
        output_json(context, root);
    else
        g_print("%s\n", output_text(object, "text"));
    return json_object_get_boolean_member_with_default(object, "delivered", FALSE) ? CTL_OK
                                                                                   : CTL_FAILURE;
}

/* ---- What shifts read ---- */

static void
print_alarms(const VerbContext *context, JsonNode *root, const char *name, const char *heading)
{
    JsonArray *items = output_items(json_node_get_object(root), name);

    g_print("%s: %u\n", heading, output_length(items));
    if (output_length(items) > 0)
        output_rows(context, items,
                    "SEVERITY=severity;RAISED=raised_at;CLEARED=cleared_at;OWNER=owner;UNTIL=until;"
                    "RESOURCE=resource;TEXT=text;NOTE=note");
    g_print("\n");
}

CtlStatus
run_handover(const VerbContext *context)
{
    g_autoptr(JsonNode) root = NULL;
    const CtlStatus status = request_json(context, &root);

    if (status != CTL_OK)
        return status;
    if (context->json) {
        output_json(context, root);
        return status;
    }
    g_print("Hand-over as of %s\n\n", output_text(json_node_get_object(root), "at"));
    print_alarms(context, root, "open", "Open");
    print_alarms(context, root, "shelved", "Shelved, by whom and until when");
    print_alarms(context, root, "promised", "Promised, by whom");
    print_alarms(context, root, "stale", "Open for more than 24 hours");
    print_alarms(context, root, "recent", "Last 12 hours");
    JsonArray *planned = output_items(json_node_get_object(root), "planned");

    g_print("Planned now: %u\n", output_length(planned));
    if (output_length(planned) > 0)
        output_rows(context, planned, "CHANNEL=id;WHY=text");
    return status;
}
