/* Verbs about alarms. */
#pragma once

#include "appliance/ctl/verbs.h"

CtlStatus verb_alarm_list(const VerbContext *context);
CtlStatus verb_alarm_ack(const VerbContext *context);
CtlStatus verb_alarm_unack(const VerbContext *context);
CtlStatus verb_alarm_comment(const VerbContext *context);
CtlStatus verb_alarm_assign(const VerbContext *context);
CtlStatus verb_alarm_shelve(const VerbContext *context);
CtlStatus verb_alarm_unshelve(const VerbContext *context);
