/* Accounts and tokens on the supervision loop: what is asked is checked against what holds now,
 * adopted, and written down. Never without somebody who may administer the box. */
#pragma once

#include "appliance/supervisor/requests.h"

void account_requests_handle(const RequestPorts *ports,
                             CommandCall *call,
                             const Command *command,
                             AlarmNow now);
