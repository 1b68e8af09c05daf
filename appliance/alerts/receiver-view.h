/* What is known of a receiver, as JSON for the API. Any thread. */
#pragma once

#include "appliance/alerts/receiver.h"

/* {"state":"ok","text":"","delivered":1,...}. Returns: (transfer full) */
char *receiver_view_status(GantryReceiver *receiver);

/* {"items":[{"number":1,...}],"next_cursor":null}: the last attempts, newest first, at most @limit.
 * Returns: (transfer full) */
char *receiver_view_attempts(GantryReceiver *receiver, unsigned limit);
