/* What the user asked for. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/media.h"

typedef struct {
    gboolean json;
    gboolean follow;
    gboolean list_flows;
    gboolean version;
    gboolean media;
    gboolean slate;
    gboolean picture;
    char *confine;   /* owned; (nullable): folder that stays writable */
    char *depth;     /* owned; (nullable): by its name */
    double shortest; /* seconds a span lasts at least to be listed */
    double seconds;  /* 0: not given */
    int pid;         /* -1: not given */
    int sound;       /* PID of the sound that is wanted in place of a report; -1: not given */
    gint64 after;    /* PTS of the sound; -1: not given */
    int service;     /* -1: not given */
    char **flows;    /* owned; (nullable): ADDRESS:PORT, one or two */
    char *interface; /* owned; (nullable) */
    char **inputs;   /* owned; one, unless @version */
} Options;

/* Reads the arguments; --help is answered, and ends the program. Returns: %FALSE with one sentence,
 * %GANTRY_ERROR_INVALID, when they make no sense; @options is then to be cleared, too */
bool
options_parse(Options *options, int *argc, char ***argv, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void options_clear(Options *options);

/* The depth that was asked for. */
MediaDepth options_depth(const Options *options);

/* Whether the input is the address of something live. */
bool options_is_live(const Options *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)
