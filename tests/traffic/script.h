/* What is to happen when, read from text: script lines and control lines. Pure. */
#pragma once

#include <glib.h>

#include "pipelines/base/units.h"
#include "tests/traffic/impair.h"

#define SCRIPT_MAX_EVENTS 100000

/* `CHANNEL KIND [SECONDS] [key=value ...]`. */
typedef struct {
    char *channel; /* owned; an id, or "all" */
    Impairment impairment;
    MonoUs duration_us; /* US_NEVER: until mended */
} ScriptBreak;

typedef struct {
    MonoUs at_us; /* from the start of sending */
    ScriptBreak what;
} ScriptEvent;

/* Reads the words of a break, @words NULL-terminated. On success the caller clears @ret_break.
 * Errors (INVALID) are one line. Whether the channel exists is for the caller to say. */
bool script_parse_break(const char *const *words,
                        ScriptBreak *ret_break,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads lines `AT_SECONDS CHANNEL KIND DURATION_SECONDS [key=value ...]`; `#` begins a comment.
 * Returns: (transfer full) (element-type ScriptEvent): in order of time; NULL with an error that
 * names @file and line. */
GArray *script_parse(const char *file, const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Cuts @line into words at blanks. Returns: (transfer full): an empty list for a blank line */
GStrv script_words(const char *line);

void script_break_clear(ScriptBreak *what);
