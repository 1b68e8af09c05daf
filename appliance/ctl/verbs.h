/* What gantryctl can do: one entry a verb. */
#pragma once

#include <stdbool.h>

#include "appliance/ctl/client.h"

typedef struct {
    CtlClient *client;  /* no-ref */
    bool json;          /* print the API's own answer */
    bool tty;           /* stdout is a terminal */
    bool all;           /* alarm list: cleared ones too */
    bool follow;        /* journal: go on as events come */
    guint64 after;      /* journal: only events above */
    const char *file;   /* (nullable): journal: folder or segment to read instead of asking */
    const char *note;   /* (nullable): what one says about it */
    const char *user;   /* (nullable): alarm assign */
    const char *body;   /* (nullable): JSON of calendar set, policy set; "@FILE" */
    gint64 minutes;     /* alarm ack, shelve: how long; 0: no end */
    const char *target; /* (nullable): what the verb is about */
} VerbContext;

typedef struct {
    const char *noun;
    const char *verb;   /* NULL: the noun alone */
    const char *target; /* name of the argument it needs, or NULL */
    const char *help;
    CtlStatus (*run)(const VerbContext *context);
} Verb;

extern const Verb verbs[]; /* ends with an entry without a noun */
