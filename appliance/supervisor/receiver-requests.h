/* Receivers: shown, changed, removed, tested and told once more, as people ask. */
#pragma once

#include "appliance/supervisor/requests.h"

/* Answers @call. @command: one of the COMMAND_RECEIVER kinds. A change is a new generation of the
 * inventory and an audit record; its secret is written, 0600, on another thread before. On the loop
 * only. */
void receiver_requests_handle(const RequestPorts *ports,
                              CommandCall *call,
                              const Command *command,
                              AlarmNow now);
