/* Verbs about what the site decides, and about what shifts read. */
#pragma once

#include "appliance/ctl/verbs.h"

CtlStatus verb_calendar_list(const VerbContext *context);
CtlStatus verb_calendar_set(const VerbContext *context);
CtlStatus verb_calendar_remove(const VerbContext *context);
CtlStatus verb_channel_maintain(const VerbContext *context);
CtlStatus verb_runbook_list(const VerbContext *context);
CtlStatus verb_runbook_set(const VerbContext *context);
CtlStatus verb_runbook_remove(const VerbContext *context);
CtlStatus verb_policy_show(const VerbContext *context);
CtlStatus verb_policy_set(const VerbContext *context);
CtlStatus verb_handover(const VerbContext *context);
CtlStatus verb_figures(const VerbContext *context);
