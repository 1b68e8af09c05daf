/* The session as text for people and as JSON for programs; what is not known is left out. */
#pragma once

#include <glib.h>

#include "pipelines/probe/probe-session.h"

/* What to show. */
typedef struct {
    int pid;     /* this one only; -1 for all */
    int service; /* the same */
} ReportScope;

/* Returns: (transfer full) */
char *report_text(const ProbeSession *session, const ReportScope *scope);
/* Returns: (transfer full): one object, ends with a newline */
char *report_json(const ProbeSession *session, const ReportScope *scope);

/* What @media holds and nothing else, where the input is no transport stream; as above. @cut: it
 * ends before it should */
char *report_media_text(const char *input, const Media *media, bool cut);
char *report_media_json(const char *input, const Media *media, bool cut);

#define REPORT_CUT "the file is truncated: its last samples are missing"

/* Whether the scope has @service in it, and @pid: of a component or table of such a service. */
bool report_has_service(const ReportScope *scope, const TsService *service);
bool report_has_pid(const ProbeSession *session, const ReportScope *scope, const TsPidInfo *pid);

/* Indicators as the scope sees them: of the whole stream, of one service, or of one PID; with a
 * PID, those of the whole stream stay. Without a clock, those that need one are not judged. */
void report_indicators(const ProbeSession *session,
                       const ReportScope *scope,
                       TsIndicatorState ret_states[TS_INDICATOR_COUNT]);

/* One line on what the network did. Returns: (transfer full) (nullable): NULL for a file */
char *report_network_line(const ProbeSession *session);
