/* Problem documents (RFC 9457): what went wrong, in words a person and a program can use. Pure.
 *
 * Every type that the API answers is listed once, in problem.c; its URI, /problems/WORD, leads to a
 * page that says what it means and what to do. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define PROBLEM_FIELDS_MAX 64u /* faulty fields told at once; more are counted in the last one */

typedef struct {
    unsigned status;
    const char *type;       /* last part of its URI: "not-found" */
    const char *detail;     /* one sentence about this very case */
    const char *instance;   /* (nullable): path that was asked */
    const char *request_id; /* (nullable): the same as in X-Request-Id */
    GPtrArray *fields;      /* (nullable) (element-type CommandFault): what is wrong where */
} Problem;

/* Writes @problem as JSON. A type that is not listed takes its title from the status. */
void problem_write(GString *out, const Problem *problem);

/* The page behind a type's URI, as HTML. False, with nothing written, for a word that is none. */
bool problem_page(GString *out, const char *type);

/* The page that lists all types. */
void problem_index(GString *out);
