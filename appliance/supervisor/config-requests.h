/* Channels and walls as people change them: what is asked is checked against the state it was made
 * for, then adopted as one new generation and written into the audit. Used on the loop only. */
#pragma once

#include "appliance/supervisor/requests.h"

/* Answers COMMAND_CONFIG. */
void config_requests_handle(const RequestPorts *ports,
                            CommandCall *call,
                            const Command *command,
                            AlarmNow now);

/* Adopts @next (transfer full) as made by @actor; does nothing if it is what holds already. @what:
 * (nullable): one sentence; %NULL for what differs */
void config_requests_adopt(
    const RequestPorts *ports, Inventory *next, const char *actor, const char *what, AlarmNow now);

/* {"dry_run":true,"changes":[...],"restarts":[...]}: what @next would change, and the inputs whose
 * workers would get a new configuration. Returns: (transfer full) */
char *config_requests_foretell(const RequestPorts *ports, const Inventory *next);
