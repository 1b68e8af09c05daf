/* GOption's table for gantryd. */
#include "appliance/supervisor/options.h"

#include "pipelines/base/error.h"

static const char summary[] =
    "Watches the channels of its inventory: starts one worker per input, decides alarms, records\n"
    "them to its journal, MySQL and Redis, sends them to receivers, serves the dashboard.";

static const char description[] =
    "Signals: TERM and INT end it (workers go on unless --stop-workers is given); HUP reads the\n"
    "settings and the channel list again: a bad one is refused as a whole and changes nothing.\n"
    "\n"
    "Exit status: 0 ended as asked, 1 could not start, 2 wrong usage, settings or channel list.";

bool
options_parse(int argc, char **argv, Options *ret_options, GError **error)
{
    Options options = {0};
    gboolean stop_workers = FALSE, check_only = FALSE, show_version = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.config_files,
         "Settings; may be given several times (/etc/gantry/gantry.conf)", "FILE"},
        {"config-folder", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.config_folders,
         "Drop-ins, *.conf, after the settings (/etc/gantry/conf.d)", "FOLDER"},
        {"stop-workers", 0, 0, G_OPTION_ARG_NONE, &stop_workers,
         "Stop the workers when ending; without it they measure on", NULL},
        {"check", 0, 0, G_OPTION_ARG_NONE, &check_only, "Check settings and channel list, and end",
         NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Print the version", NULL},
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- the supervisor of Gantry");
    g_autoptr(GError) reason = NULL;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, &argc, &argv, &reason) && argc <= 1) {
        options.stop_workers = stop_workers != FALSE;
        options.check_only = check_only != FALSE;
        options.show_version = show_version != FALSE;
        *ret_options = options;
        return true;
    }
    options_clear(&options);
    if (reason != NULL)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "%s (see --help)", reason->message);
    else
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "unexpected argument '%s' (see --help)", argv[1]);
    return false;
}

void
options_clear(Options *options)
{
    g_strfreev(options->config_files);
    g_strfreev(options->config_folders);
    *options = (Options){0};
}
