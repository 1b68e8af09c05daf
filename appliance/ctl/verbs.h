/* What gantryctl can do, as data: one entry a verb. Request, options, output, help, completion and
 * manual all come from it. */
#pragma once

#include <stdbool.h>

#include "appliance/ctl/client.h"
#include "appliance/ctl/options.h"

/* How an answer is shown; --json shows JSON as it came, of all but the last two. */
typedef enum {
    OUT_NONE,   /* the exit status says enough */
    OUT_TABLE,  /* items as rows of columns */
    OUT_OBJECT, /* a line a member */
    OUT_JSON,   /* JSON always: it is sent back changed */
    OUT_TEXT,   /* as it came: CSV, YAML, Prometheus text */
    OUT_FILE,   /* bytes: into --output FILE, or to stdout if that is no terminal */
    OUT_STREAM, /* events as they come, until interrupted */
} VerbOutput;

typedef struct Verb Verb;

typedef struct {
    const Verb *verb; /* no-ref; this and the following */
    CtlClient *client;
    const Options *options;
    char *const *args; /* as many as the verb names; NULL ends them */
    bool json;
    bool tty; /* stdout is a terminal */
} VerbContext;

struct Verb {
    const char *noun;
    const char *verb; /* NULL: the noun alone */
    const char *args; /* names of arguments, blanks between; NULL: none */
    const char *help; /* one sentence without a full stop */
    const char *method;
    const char *path;  /* "{}" for each argument in order; further ones go into the body only */
    const char *query; /* (nullable): options that become parameters, blanks between;
                          "parameter=option" where they are called otherwise */
    const char *tag;   /* (nullable): path whose ETag a change needs; NULL: its own */
    const char *body;  /* (nullable): none; "": an empty object; "*": --body, --set or stdin; else
                          "member=option:n": options that become members, n numbers, b booleans,
                          l lists with commas between, f what is in the file of that name,
                          @ the argument after those of the path; "<TYPE": the file that the
                          argument after them names ("-": stdin), of that media type */
    VerbOutput output;
    const char *items;   /* OUT_TABLE: member that holds the rows; NULL: "items" */
    const char *columns; /* OUT_TABLE: "HEADING=member.member;..."; "@M": in millions */
    const char *more;    /* (nullable): options of @run beside those of query and body */
    const char *also;    /* (nullable): further routes that @run asks, ";" between */
    CtlStatus (*run)(const VerbContext *context); /* (nullable): NULL: request_run() */
};

extern const Verb verbs[]; /* ends with an entry without a noun */

/* Whether @verb takes the option @name. */
bool verb_takes(const Verb *verb, const char *name);

/* "alarm ack ID". Returns: (transfer full) */
char *verb_usage(const Verb *verb);
