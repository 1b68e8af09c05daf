/* The options of gantryctl, one table for all verbs. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *name; /* long; its parameter in requests has "_" for "-" */
    char letter;      /* 0: none */
    bool is_flag;
    bool is_global; /* every verb takes it */
    const char *placeholder;
    const char *help;
} OptionSpec;

extern const OptionSpec option_specs[]; /* ends with an entry without a name */

typedef struct {
    GHashTable *values; /* (element-type utf8 utf8): by name; of flags "" */
    GPtrArray *sets;    /* (element-type utf8): --set, in order */
    char **words;       /* what is no option */
} Options;

/* Reads @argv. Returns: (transfer full): NULL with @error for what is no option */
Options *options_parse(int *argc, char ***argv, const char *summary, GError **error);
void options_free(Options *options); /* (nullable) */

/* (nullable): not given; of flags "". */
const char *options_get(const Options *options, const char *name);

/* @otherwise if it is not given. False: it is no number of that range, and was complained about */
bool options_number(
    const Options *options, const char *name, gint64 minimum, gint64 maximum, gint64 *number);

/* The spec of @name; (nullable). */
const OptionSpec *option_spec(const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Options, options_free)
