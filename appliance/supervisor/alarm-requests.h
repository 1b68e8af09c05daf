/* What people do with alarms: from the request to the alarm book, the journal and the answer. */
#pragma once

#include "appliance/supervisor/requests.h"

/* Answers @call. @command: one of the COMMAND_ALARM kinds. On the loop only. */
void alarm_requests_handle(const RequestPorts *ports,
                           CommandCall *call,
                           const Command *command,
                           AlarmNow now);

/* Answers the rule that alarms of the command's resource and fault are raised by, as JSON. */
void alarm_requests_tell_rule(const RequestPorts *ports, CommandCall *call, const Command *command);
