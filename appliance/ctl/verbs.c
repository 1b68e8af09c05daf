/* Asking, and printing what came back. */
#include "appliance/ctl/verbs.h"

#include "appliance/ctl/alarm-verbs.h"
#include "appliance/ctl/answer.h"
#include "appliance/ctl/journal-file.h"
#include "appliance/ctl/profile-verbs.h"
#include "appliance/ctl/receiver-verbs.h"
#include "appliance/ctl/site-verbs.h"

#define JOURNAL_PAGE 500u
#define FOLLOW_MS    1000u

static CtlStatus
channel_list(const VerbContext *context)
{
    static const char *const columns[] = {"ID",      "STATE", "SEVERITY", "MBIT/S", "CC ERRORS",
                                          "ADDRESS", "NAME",  "WHY",      NULL};
    g_autoptr(JsonNode) root = NULL;
    g_autoptr(Table) table = table_new(columns);
    const CtlStatus status = answer_ask(context, "/api/v1/channels", NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonObject *channel = json_array_get_object_element(items, i);
        g_autofree char *rate =
            g_strdup_printf("%.3f", answer_number(channel, "bitrate_bps") / 1e6);
        g_autofree char *errors = g_strdup_printf("%.0f", answer_number(channel, "cc_errors"));

        table_add(table, (const char *const[]){
                             answer_text(channel, "id"), answer_text(channel, "state"),
                             answer_text(channel, "severity"), rate, errors,
                             answer_text(channel, "address"), answer_text(channel, "name"),
                             answer_text(channel, "state_text")});
    }
    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        answer_print_table(context, table);
    return status;
}

static void
print_event(const VerbContext *context, JsonNode *node)
{
    JsonObject *event = json_node_get_object(node);
    static const char *const columns[] = {"SEQ",  "AT",   "KIND",  "SEVERITY", "RESOURCE",
                                          "TYPE", "TEXT", "ACTOR", NULL};
    g_autoptr(Table) table = table_new(columns);
    g_autofree char *seq = g_strdup_printf("%.0f", answer_number(event, "seq"));
    g_autofree char *line = NULL;

    if (context->json) {
        answer_print_json(node);
        return;
    }
    table_add(table,
              (const char *const[]){seq, answer_text(event, "at"), answer_text(event, "kind"),
                                    answer_text(event, "severity"), answer_text(event, "resource"),
                                    answer_text(event, "type"), answer_text(event, "text"),
                                    answer_text(event, "actor")});
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
    const CtlStatus status = answer_ask(context, path, NULL, &root);
    JsonArray *items = status == CTL_OK ? answer_items(root, "items") : NULL;

    for (guint i = 0; i < answer_length(items); i++) {
        JsonNode *node = json_array_get_element(items, i);

        print_event(context, node);
        *after = (guint64)answer_number(json_node_get_object(node), "seq");
    }
    *ret_n = answer_length(items);
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
    const CtlStatus status = answer_ask(context, "/api/v1/login-codes", "{}", &root);

    if (status == CTL_OK && context->json)
        answer_print_json(root);
    else if (status == CTL_OK)
        g_print("%s\n", answer_text(json_node_get_object(root), member));
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

    for (guint i = 0; i < answer_length(items); i++) {
        const char *word = answer_text(json_array_get_object_element(items, i), name);
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
    JsonArray *services = answer_items(system, "services");
    g_autoptr(Table) table = table_new(columns);
    g_autofree char *up = g_strdup_printf("%.0f s", answer_number(box, "uptime_seconds"));
    g_autofree char *drops = g_strdup_printf("%.0f", answer_number(box, "own_drops"));
    g_autofree char *states = counted(channels, "state");
    g_autofree char *severities = counted(alarms, "severity");
    const bool synced = json_object_get_boolean_member_with_default(box, "clock_synced", FALSE);

    table_add(table, (const char *const[]){"build", answer_text(box, "build")});
    table_add(table, (const char *const[]){"up", up});
    table_add(table, (const char *const[]){"channels", states});
    table_add(table, (const char *const[]){"open alarms", *severities != '\0' ? severities : "0"});
    table_add(table, (const char *const[]){"own drops", drops});
    table_add(table, (const char *const[]){"clock", synced ? "synchronised" : "not synchronised"});
    for (guint i = 0; i < answer_length(services); i++) {
        JsonObject *service = json_array_get_object_element(services, i);
        const char *text = answer_text(service, "text");
        g_autofree char *state = g_strdup_printf("%s%s%s", answer_text(service, "state"),
                                                 *text != '\0' ? ": " : "", text);

        table_add(table, (const char *const[]){answer_text(service, "name"), state});
    }
    answer_print_table(context, table);
}

static CtlStatus
box_status(const VerbContext *context)
{
    g_autoptr(JsonNode) system = NULL;
    g_autoptr(JsonNode) channels = NULL;
    g_autoptr(JsonNode) alarms = NULL;
    CtlStatus status = answer_ask(context, "/api/v1/system", NULL, &system);

    if (status == CTL_OK)
        status = answer_ask(context, "/api/v1/channels", NULL, &channels);
    if (status == CTL_OK)
        status = answer_ask(context, "/api/v1/alarms?state=open&limit=1000", NULL, &alarms);
    if (status != CTL_OK)
        return status;
    if (context->json) {
        g_autoptr(JsonNode) whole = json_node_new(JSON_NODE_OBJECT);
        JsonObject *object = json_object_new();

        json_object_set_member(object, "system", json_node_copy(system));
        json_object_set_array_member(object, "channels",
                                     json_array_ref(answer_items(channels, "items")));
        json_object_set_array_member(object, "alarms",
                                     json_array_ref(answer_items(alarms, "items")));
        json_node_take_object(whole, object);
        answer_print_json(whole);
    } else {
        print_status(context, system, answer_items(channels, "items"),
                     answer_items(alarms, "items"));
    }
    return status;
}

const Verb verbs[] = {
    {"status", NULL, NULL, "the box at a glance", box_status},
    {"channel", "list", NULL, "every channel and its state", channel_list},
    {"channel", "proposal", "ID", "what was learned of a channel, and the profile that follows",
     verb_channel_proposal},
    {"channel", "accept", "ID", "take the proposed profile", verb_channel_accept},
    {"profile", "list", NULL, "profiles, shipped ones first", verb_profile_list},
    {"profile", "show", "ID", "what a profile sets, and why", verb_profile_show},
    {"profile", "simulate", "ID", "what it would have raised on all channels in the last 24 hours",
     verb_profile_simulate},
    {"alarm", "list", NULL, "raised alarms; with --all also those cleared lately", verb_alarm_list},
    {"alarm", "ack", "ID", "acknowledge, with --note TEXT and --minutes N", verb_alarm_ack},
    {"alarm", "unack", "ID", "take an acknowledgement back", verb_alarm_unack},
    {"alarm", "comment", "ID", "comment, with --note TEXT", verb_alarm_comment},
    {"alarm", "assign", "ID", "give it to --user NAME", verb_alarm_assign},
    {"alarm", "shelve", "ID", "put it aside, with --note WHY; --minutes N, or until it clears",
     verb_alarm_shelve},
    {"alarm", "unshelve", "ID", "take a shelf back before its end", verb_alarm_unshelve},
    {"receiver", "list", NULL, "who is told of alarms, and whether they take them",
     verb_receiver_list},
    {"receiver", "show", "ID", "one receiver as JSON", verb_receiver_show},
    {"receiver", "set", "ID", "make or change one: JSON on stdin, its secret in it",
     verb_receiver_set},
    {"receiver", "remove", "ID", "tell it no more", verb_receiver_remove},
    {"receiver", "test", "ID", "send a test, print what it answered", verb_receiver_test},
    {"receiver", "deliveries", "ID", "the last attempts, newest first", verb_receiver_deliveries},
    {"receiver", "replay", "ID", "send the journal's event --after SEQ once more",
     verb_receiver_replay},
    {"handover", NULL, NULL, "for the next shift: open, shelved, promised, stale, lately",
     verb_handover},
    {"figures", NULL, NULL, "alarms an hour, floods, chatter, what led to an act", verb_figures},
    {"channel", "maintain", "ID", "planned work from now on, for --minutes N, with --note WHY",
     verb_channel_maintain},
    {"calendar", "list", NULL, "planned work and expected content", verb_calendar_list},
    {"calendar", "set", "ID", "plan, with --body JSON", verb_calendar_set},
    {"calendar", "remove", "ID", "take a plan back", verb_calendar_remove},
    {"runbook", "list", NULL, "what to do about each fault", verb_runbook_list},
    {"runbook", "set", "FAULT", "the site's own text, with --note TEXT", verb_runbook_set},
    {"runbook", "remove", "FAULT", "back to the shipped text", verb_runbook_remove},
    {"policy", "show", NULL, "what the site decided about its alarms", verb_policy_show},
    {"policy", "set", NULL, "change it, with --body JSON", verb_policy_set},
    {"journal", NULL, NULL, "events, with --after SEQ and --follow; of a dead gantryd with --file",
     journal},
    {"login-link", NULL, NULL, "a link that logs in once, within 24 hours", login_link},
    {"setup-code", NULL, NULL, "a code for the first set-up, good once, within 24 hours",
     setup_code},
    {0},
};
