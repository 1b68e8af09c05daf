/* Verbs that need more than one request, or a form of their own. */
#pragma once

#include "appliance/ctl/verbs.h"

CtlStatus run_status(const VerbContext *context);
CtlStatus run_top(const VerbContext *context);
CtlStatus run_journal(const VerbContext *context);
CtlStatus run_watch(const VerbContext *context);       /* the event stream */
CtlStatus run_alarm_watch(const VerbContext *context); /* alarms of it */
CtlStatus run_login_link(const VerbContext *context);
CtlStatus run_setup_code(const VerbContext *context);
CtlStatus run_profile_show(const VerbContext *context);
CtlStatus run_profile_simulate(const VerbContext *context);
CtlStatus run_channel_proposal(const VerbContext *context);
CtlStatus run_channel_maintain(const VerbContext *context);
CtlStatus run_receiver_try(const VerbContext *context); /* test and replay */
CtlStatus run_input_probe(const VerbContext *context);
CtlStatus run_handover(const VerbContext *context);
CtlStatus run_help(const VerbContext *context);
