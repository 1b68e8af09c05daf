/* The box at a glance: for people, for Nagios, and again each second. */
#include <string.h>

#include "appliance/ctl/output.h"
#include "appliance/ctl/request.h"
#include "appliance/ctl/verb-runs.h"

#define TOP_MS 1000u

/* Exit status of a plug-in (Monitoring Plugins guidelines). */
typedef enum { CHECK_OK = 0, CHECK_WARNING = 1, CHECK_CRITICAL = 2, CHECK_UNKNOWN = 3 } Check;

typedef struct {
    JsonNode *system; /* owned; (nullable), as the next */
    JsonNode *channels;
    JsonNode *alarms;
} Parts;

static void
parts_clear(Parts *parts)
{
    g_clear_pointer(&parts->system, json_node_unref);
    g_clear_pointer(&parts->channels, json_node_unref);
    g_clear_pointer(&parts->alarms, json_node_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static CtlStatus
ask_parts(const VerbContext *context, Parts *parts)
{
    CtlStatus status = request_ask(context, "GET", "/api/v1/system", NULL, &parts->system);

    if (status == CTL_OK)
        status = request_ask(context, "GET", "/api/v1/channels", NULL, &parts->channels);
    if (status == CTL_OK)
        status = request_ask(context, "GET", "/api/v1/alarms?state=open&limit=1000", NULL,
                             &parts->alarms);
    return status;
}

static JsonArray *
items_of(JsonNode *root)
{
    return output_items(json_node_get_object(root), "items");
}

/* How many of @items have @word as @name. */
static unsigned
count(JsonArray *items, const char *name, const char *word)
{
    unsigned n = 0;

    for (guint i = 0; i < output_length(items); i++)
        n += g_str_equal(output_text(json_array_get_object_element(items, i), name), word) ? 1 : 0;
    return n;
}

/* "fault 1, ok 59" of the member @name of every item. Returns: (transfer full) */
static char *
counted(JsonArray *items, const char *name)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < output_length(items); i++)
        g_hash_table_add(counts,
                         (gpointer)output_text(json_array_get_object_element(items, i), name));
    g_autoptr(GList) words = g_list_sort(g_hash_table_get_keys(counts), (GCompareFunc)g_strcmp0);

    for (const GList *at = words; at != NULL; at = at->next)
        g_string_append_printf(out, "%s%s %u", out->len > 0 ? ", " : "", (const char *)at->data,
                               count(items, name, at->data));
    return g_string_free(out, FALSE);
}

/* ---- For people ---- */

static void
print_status(const VerbContext *context, const Parts *parts)
{
    static const char *const columns[] = {"WHAT", "STATE", NULL};
    JsonObject *box = json_node_get_object(parts->system);
    JsonArray *services = output_items(box, "services");
    g_autoptr(Table) table = table_new(columns);
    g_autofree char *channels = counted(items_of(parts->channels), "state");
    g_autofree char *alarms = counted(items_of(parts->alarms), "severity");

    table_add(table, (const char *const[]){"version", output_text(box, "version")});
    table_add(table, (const char *const[]){"channels", *channels != '\0' ? channels : "none"});
    table_add(table, (const char *const[]){"open alarms", *alarms != '\0' ? alarms : "none"});
    for (guint i = 0; i < output_length(services); i++) {
        JsonObject *service = json_array_get_object_element(services, i);
        const char *text = output_text(service, "text");
        g_autofree char *state = g_strdup_printf("%s%s%s", output_text(service, "state"),
                                                 *text != '\0' ? ": " : "", text);

        table_add(table, (const char *const[]){output_text(service, "name"), state});
    }
    output_table(context, table);
}

static void
print_status_json(const VerbContext *context, const Parts *parts)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    JsonObject *object = json_object_new();

    json_object_set_member(object, "system", json_node_copy(parts->system));
    json_object_set_array_member(object, "channels", json_array_ref(items_of(parts->channels)));
    json_object_set_array_member(object, "alarms", json_array_ref(items_of(parts->alarms)));
    json_node_take_object(root, object);
    output_json(context, root);
}

/* ---- For Nagios ---- */

static const char *
check_name(Check check)
{
    static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

    return names[check];
}

/* Alarms that nobody has acknowledged or put aside, and that are nobody else's part. */
static unsigned
count_unattended(JsonArray *alarms, const char *severity)
{
    unsigned n = 0;

    for (guint i = 0; i < output_length(alarms); i++) {
        JsonObject *alarm = json_array_get_object_element(alarms, i);
        const char *quiet = output_text(alarm, "quiet");

        if (g_str_equal(output_text(alarm, "severity"), severity) &&
            g_str_equal(output_text(alarm, "operator_state"), "none") &&
            (*quiet == '\0' || g_str_equal(quiet, "none")))
            n++;
    }
    return n;
}

/* One line and figures behind "|": what the guidelines want. */
static Check
check(const Parts *parts)
{
    JsonArray *channels = items_of(parts->channels), *alarms = items_of(parts->alarms);
    const unsigned n = output_length(channels) - count(channels, "state", "disabled"),
                   ok = count(channels, "state", "ok"), fault = count(channels, "state", "fault"),
                   unknown = count(channels, "state", "unknown"),
                   critical = count_unattended(alarms, "critical"),
                   major = count_unattended(alarms, "major"),
                   lesser = count_unattended(alarms, "minor") + count_unattended(alarms, "warning");
    const unsigned judged = ok + fault + unknown + count(channels, "state", "planned");
    const Check state = critical > 0                             ? CHECK_CRITICAL
                        : major > 0 || lesser > 0 || unknown > 0 ? CHECK_WARNING
                        : n > 0 && judged == 0                   ? CHECK_UNKNOWN
                                                                 : CHECK_OK;

    g_print("GANTRY %s - %u of %u channels ok, %u fault, %u unknown; unattended alarms: %u "
            "critical, %u major, %u lesser | channels=%u;;;0 channels_ok=%u;;;0 "
            "channels_fault=%u;;;0 channels_unknown=%u;1;;0 alarms_critical=%u;;1;0 "
            "alarms_major=%u;1;;0 alarms_lesser=%u;1;;0 alarms_open=%u;;;0\n",
            check_name(state), ok, n, fault, unknown, critical, major, lesser, n, ok, fault,
            unknown, critical, major, lesser, output_length(alarms));
    return state;
}

CtlStatus
run_status(const VerbContext *context)
{
    const bool plugin = options_get(context->options, "check") != NULL;
    g_auto(Parts) parts = {0};
    const CtlStatus status = ask_parts(context, &parts);

    if (status != CTL_OK && plugin) {
        g_print("GANTRY UNKNOWN - gantryd does not answer, or not this user\n");
        return (CtlStatus)CHECK_UNKNOWN;
    }
    if (status != CTL_OK)
        return status;
    if (plugin)
        return (CtlStatus)check(&parts);
    if (context->json)
        print_status_json(context, &parts);
    else
        print_status(context, &parts);
    return CTL_OK;
}

/* ---- Again and again ---- */

static gboolean
on_time(gpointer data)
{
    g_main_loop_quit((GMainLoop *)data);
    return G_SOURCE_REMOVE;
}

/* Once where nobody looks at a screen. */
CtlStatus
run_top(const VerbContext *context)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    CtlStatus status = CTL_OK;

    while (status == CTL_OK) {
        g_autoptr(JsonNode) root = NULL;

        status = request_ask(context, "GET", "/api/v1/channels", NULL, &root);
        if (status != CTL_OK)
            break;
        if (context->tty)
            g_print("\033[H\033[2J");
        output_print(context, root);
        if (!context->tty)
            break;
        g_timeout_add(TOP_MS, on_time, loop);
        g_main_loop_run(loop);
    }
    return status;
}
