/* What gantryctl does with receivers. */
#pragma once

#include "appliance/ctl/verbs.h"

CtlStatus verb_receiver_list(const VerbContext *context);
CtlStatus verb_receiver_show(const VerbContext *context);
CtlStatus verb_receiver_set(const VerbContext *context); /* JSON on stdin */
CtlStatus verb_receiver_remove(const VerbContext *context);
CtlStatus verb_receiver_test(const VerbContext *context);
CtlStatus verb_receiver_deliveries(const VerbContext *context);
CtlStatus verb_receiver_replay(const VerbContext *context); /* --after: the event's number */
