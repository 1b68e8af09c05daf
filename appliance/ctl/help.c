/* What --help prints, and the table for programs: completion, manual, tests. */
#include "appliance/ctl/help.h"

#include "appliance/ctl/output.h"
#include "appliance/ctl/verb-runs.h"

static const char ends[] =
    "Arguments of channels, receivers, profiles and the like are their ids; gantryctl NOUN list "
    "prints them. On a terminal lists are tables with headings, otherwise columns with tabs "
    "between; NO_COLOR keeps colours out. Nothing is ever asked of whoever calls it.";

static const char *const exits[][2] = {
    {"0", "done"},
    {"1", "it failed; the message says why"},
    {"2", "wrong usage"},
    {"3", "nobody answered"},
    {"4", "not allowed"},
    {"5", "there is no such thing"},
    {"6", "conflict: it is so already, or has changed meanwhile"},
};

static const char *const examples[][2] = {
    {"gantryctl status", "the box at a glance"},
    {"gantryctl status --check", "as a plug-in of Nagios or Icinga"},
    {"gantryctl channel list | awk -F'\\t' '$2 == \"fault\"'", "channels with a fault"},
    {"gantryctl alarm ack 3f2a6c1e-... --note 'called the head-end'", "somebody is on it"},
    {"gantryctl alarm watch --jsonl", "alarms as they come, for a program"},
    {"gantryctl receiver set noc --body @noc.json", "change who is told"},
    {"gantryctl --host https://gantry.example --token-file ~/.gantry channel list",
     "from elsewhere"},
    {"gantryctl journal --file /var/lib/gantry/journal", "what happened, of a dead box"},
    {"gantryctl login-link", "open the dashboard without a password"},
};

char *
help_text(void)
{
    GString *out = g_string_new("Commands:\n");

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        g_autofree char *usage = verb_usage(verb);

        g_string_append_printf(out, "  %-24s %s\n", usage, verb->help);
    }
    g_string_append_printf(out, "\n%s\n\nExamples:\n", ends);
    for (size_t i = 0; i < G_N_ELEMENTS(examples); i++)
        g_string_append_printf(out, "  %s\n    %s\n", examples[i][0], examples[i][1]);
    g_string_append(out, "\nExit status:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(exits); i++)
        g_string_append_printf(out, "  %s  %s\n", exits[i][0], exits[i][1]);
    g_string_append(out, "With --check it is 0 ok, 1 warning, 2 critical, 3 unknown.");
    return g_string_free(out, FALSE);
}

static void
add_text(JsonObject *object, const char *name, const char *text)
{
    json_object_set_string_member(object, name, text != NULL ? text : "");
}

static JsonArray *
options_of(const Verb *verb)
{
    JsonArray *options = json_array_new();

    for (const OptionSpec *spec = option_specs; spec->name != NULL; spec++) {
        if (!spec->is_global && verb_takes(verb, spec->name))
            json_array_add_string_element(options, spec->name);
    }
    return options;
}

static JsonArray *
list_verbs(void)
{
    JsonArray *items = json_array_new();

    for (const Verb *verb = verbs; verb->noun != NULL; verb++) {
        JsonObject *item = json_object_new();

        add_text(item, "noun", verb->noun);
        add_text(item, "verb", verb->verb);
        add_text(item, "args", verb->args);
        add_text(item, "help", verb->help);
        add_text(item, "method", verb->method);
        add_text(item, "path", verb->path);
        add_text(item, "also", verb->also);
        json_object_set_array_member(item, "options", options_of(verb));
        json_array_add_object_element(items, item);
    }
    return items;
}

CtlStatus
run_help(const VerbContext *context)
{
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = help_text();

    if (!context->json) {
        g_print("%s\n", text);
        return CTL_OK;
    }
    json_node_take_object(root, json_object_new());
    json_object_set_array_member(json_node_get_object(root), "items", list_verbs());
    output_json(context, root);
    return CTL_OK;
}
