/* Verbs about profiles and what was learned of channels. */
#pragma once

#include "appliance/ctl/verbs.h"

CtlStatus verb_profile_list(const VerbContext *context);
CtlStatus verb_profile_show(const VerbContext *context);
CtlStatus verb_profile_simulate(const VerbContext *context);
CtlStatus verb_channel_proposal(const VerbContext *context);
CtlStatus verb_channel_accept(const VerbContext *context);
