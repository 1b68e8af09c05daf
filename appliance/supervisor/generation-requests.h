/* Generations of the inventory: listed, compared, brought back. Their files are read on a thread of
 * their own; what comes of it is decided on the loop, where this is used. */
#pragma once

#include "appliance/supervisor/requests.h"

/* Answers CONFIG_GENERATIONS, CONFIG_DIFFERENCE and CONFIG_REVERT. */
void
generation_requests_handle(const RequestPorts *ports, CommandCall *call, const Command *command);
