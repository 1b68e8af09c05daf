/* The rule that alarms are raised by, as the API shows it. */
#pragma once

#include "appliance/model/alarm-rules.h"

/* {"profile":"...","text":"...","limits":["...",...]}. Returns: (transfer full) */
char *rule_json(const AlarmProfile *profile, FaultId fault);
