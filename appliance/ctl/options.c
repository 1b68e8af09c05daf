/* A table for GOption, made of ours. */
#include "appliance/ctl/options.h"

#include <stdint.h>

const OptionSpec option_specs[] = {
    {"socket", 's', false, true, "PATH",
     "control socket of gantryd; else $GANTRY_SOCKET, else /var/lib/gantry/run/control.sock"},
    {"host", 'H', false, true, "URL",
     "ask there instead, such as https://gantry.example; else $GANTRY_HOST"},
    {"token-file", 0, false, true, "FILE",
     "API token for --host, read from FILE; else $GANTRY_TOKEN_FILE"},
    {"ca-file", 0, false, true, "FILE", "trusted roots for --host, PEM; else the system's"},
    {"timeout", 't', false, true, "SECONDS", "longest wait for an answer (10)"},
    {"json", 'j', true, true, NULL, "print the API's own JSON, one object"},
    {"jsonl", 0, true, true, NULL, "print JSON, one object a line and item"},
    {"quiet", 'q', true, true, NULL, "print nothing but complaints"},
    {"version", 0, true, true, NULL, "print the version"},
    {"all", 'a', true, false, NULL, "also those that are over"},
    {"state", 0, false, false, "STATE", "only those in STATE: open, cleared or all"},
    {"channel", 'c', false, false, "ID", "only of this channel"},
    {"severity", 0, false, false, "NAMES", "only of these severities, commas between"},
    {"group", 'g', false, false, "NAME", "only of this group"},
    {"q", 0, false, false, "TEXT", "only with this text in it"},
    {"removed", 0, true, false, NULL, "the account was removed before; what is left is its name"},
    {"unacknowledged", 0, true, false, NULL, "only those that nobody has acknowledged"},
    {"kind", 0, false, false, "KIND", "only of this kind"},
    {"limit", 'l', false, false, "N", "at most N"},
    {"from", 0, false, false, "TIME", "from this time on, such as 2026-11-26T10:00:00Z"},
    {"to", 0, false, false, "TIME", "up to this time"},
    {"metrics", 0, false, false, "NAMES", "which figures, commas between"},
    {"max-points", 0, false, false, "N", "at most N points"},
    {"width", 0, false, false, "PIXELS", "width of the picture"},
    {"note", 'n', false, false, "TEXT", "what you did, or why"},
    {"user", 'u', false, false, "NAME", "who shall see to it"},
    {"role", 0, false, false, "ROLE", "viewer, operator, engineer or admin"},
    {"login-by", 0, false, false, "WAY", "password, the default, or pam"},
    {"full-name", 0, false, false, "TEXT", "name of the person"},
    {"scopes", 0, false, false, "NAMES", "what a token may, such as read,ack"},
    {"days", 0, false, false, "N", "until it expires"},
    {"interface", 0, false, false, "NAME", "network interface"},
    {"against", 0, false, false, "NUMBER", "the other generation"},
    {"missing", 0, false, false, "WHAT", "keep or remove channels that are not on the list"},
    {"apply", 0, true, false, NULL, "do it, instead of only saying what it would do"},
    {"minutes", 'm', false, false, "N", "for how long"},
    {"hours", 0, false, false, "N", "how far back"},
    {"profile", 'p', false, false, "ID", "which profile; empty for none"},
    {"after", 0, false, false, "SEQ", "events above this number of the journal"},
    {"seq", 0, false, false, "SEQ", "number of the event in the journal"},
    {"follow", 'f', true, false, NULL, "go on as events come"},
    {"file", 0, false, false, "PATH", "read the journal's folder or segment; nobody is asked"},
    {"body", 'b', false, false, "JSON",
     "what to send; @FILE reads FILE, @- or nothing reads stdin"},
    {"set", 0, false, false, "NAME=VALUE", "one member of what to send; may be repeated"},
    {"if-match", 0, false, false, "ETAG", "change it only if it is still so"},
    {"dry-run", 0, true, false, NULL, "say what would change, and change nothing"},
    {"output", 'o', false, false, "FILE", "write it to FILE"},
    {"check", 0, true, false, NULL,
     "end as a Nagios plug-in does: 0 ok, 1 warning, 2 critical, 3 unknown"},
    {0},
};

const OptionSpec *
option_spec(const char *name)
{
    for (const OptionSpec *spec = option_specs; spec->name != NULL; spec++) {
        if (g_str_equal(spec->name, name))
            return spec;
    }
    return NULL;
}

static gboolean
take(const char *given, const char *value, gpointer data, GError **error)
{
    Options *options = data;
    const OptionSpec *spec = given[1] == '-' ? option_spec(given + 2) : NULL;

    for (const OptionSpec *at = option_specs; spec == NULL && at->name != NULL; at++) {
        if (at->letter == given[1])
            spec = at;
    }
    g_return_val_if_fail(spec != NULL, FALSE);
    if (g_str_equal(spec->name, "set"))
        g_ptr_array_add(options->sets, g_strdup(value));
    g_hash_table_replace(options->values, g_strdup(spec->name),
                         g_strdup(value != NULL ? value : ""));
    return TRUE;
}

static GOptionEntry *
entries_of(Options *options)
{
    GArray *entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));

    for (const OptionSpec *spec = option_specs; spec->name != NULL; spec++) {
        const GOptionEntry entry = {.long_name = spec->name,
                                    .short_name = spec->letter,
                                    .flags = spec->is_flag ? G_OPTION_FLAG_NO_ARG : 0,
                                    .arg = G_OPTION_ARG_CALLBACK,
                                    .arg_data = (gpointer)(uintptr_t)take,
                                    .description = spec->help,
                                    .arg_description = spec->placeholder};

        g_array_append_val(entries, entry);
    }
    const GOptionEntry words = {.long_name = G_OPTION_REMAINING,
                                .arg = G_OPTION_ARG_STRING_ARRAY,
                                .arg_data = &options->words,
                                .arg_description = "COMMAND"};

    g_array_append_val(entries, words);
    return (GOptionEntry *)(void *)g_array_free(entries, FALSE);
}

Options *
options_parse(int *argc, char ***argv, const char *summary, GError **error)
{
    g_autoptr(Options) options = g_new0(Options, 1);
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    options->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    options->sets = g_ptr_array_new_with_free_func(g_free);
    g_autofree GOptionEntry *entries = entries_of(options);
    GOptionGroup *group = g_option_group_new("gantryctl", "", "", options, NULL);

    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    g_option_context_set_summary(context, summary);
    if (!g_option_context_parse(context, argc, argv, error))
        return NULL;
    return g_steal_pointer(&options);
}

void
options_free(Options *options)
{
    if (options == NULL)
        return;
    g_hash_table_unref(options->values);
    g_ptr_array_unref(options->sets);
    g_strfreev(options->words);
    g_free(options);
}

const char *
options_get(const Options *options, const char *name)
{
    return g_hash_table_lookup(options->values, name);
}

bool
options_number(
    const Options *options, const char *name, gint64 minimum, gint64 maximum, gint64 *number)
{
    const char *text = options_get(options, name);

    if (text == NULL || g_ascii_string_to_signed(text, 10, minimum, maximum, number, NULL))
        return true;
    g_printerr("gantryctl: --%s is a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".\n",
               name, minimum, maximum);
    return false;
}
