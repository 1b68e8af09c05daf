/* The command line of gantryd. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char **config_files;   /* key files, later ones win; NULL: /etc/gantry/gantry.conf */
    char **config_folders; /* drop-ins; NULL: none given */
    bool stop_workers;     /* at the end, stop the workers too */
    bool check_only;       /* read settings and channel list, say what is wrong, and end */
    bool show_version;
} Options;

/* Parses @argv. Returns false with @error (one line, for exit status 2). */
bool options_parse(int argc, char **argv, Options *ret_options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void options_clear(Options *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)
