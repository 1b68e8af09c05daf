/* Calendar, run-books and policy: shown, changed and removed as people ask. */
#pragma once

#include "appliance/supervisor/requests.h"

/* Answers @call. @command: one of the COMMAND_SITE kinds. A change is a new generation of the
 * inventory and an audit record. On the loop only. */
void site_requests_handle(const RequestPorts *ports,
                          CommandCall *call,
                          const Command *command,
                          AlarmNow now);
