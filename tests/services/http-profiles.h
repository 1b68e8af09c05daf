/* What gantryd answers about profiles, for the fixture of the HTTP tests. */
#pragma once

#include "appliance/events/command-port.h"

/* Fills @result with an answer to @command, a kind from COMMAND_PROFILES on; "gone" is not there.
 */
void http_profiles_answer(const Command *command, CommandResult *result);
