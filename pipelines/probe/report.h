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

/* Whether the scope has @service in it, and @pid: of a component or table of such a service. */
gboolean report_has_service(const ReportScope *scope, const TsService *service);
gboolean
report_has_pid(const ProbeSession *session, const ReportScope *scope, const TsPidInfo *pid);

/* Words of TR 101 290 for each condition: "1.3.a", ...; NULL for those that it does not number. */
const char *report_indicator(TsCondition condition);
