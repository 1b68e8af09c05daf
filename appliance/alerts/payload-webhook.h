/* The JSON that a webhook receives. Pure: the event says everything, so each attempt sends the same
 * bytes. */
#pragma once

#include "appliance/events/event.h"

/* Who sends. Strings are (transfer none). */
typedef struct {
    const char *monitor_id; /* of this box */
    const char *boot_id;
    const char *public_url; /* base of links into the dashboard, without a slash at its end; "" for
                               none */
} PayloadSender;

/**
 * payload_webhook:
 * @event: an alarm's event
 *
 * {"type":"channel.alarm.raised","timestamp":...,"data":{...}} as reference and manual list it;
 * times RFC 3339 with milliseconds, UTC.
 *
 * Returns: (transfer full)
 */
char *payload_webhook(const Event *event, const PayloadSender *sender);

/* {"type":"gantry.test",...}: what the test button sends. Returns: (transfer full) */
char *payload_webhook_test(const char *id, WallUs wall_us, const PayloadSender *sender);

/* "raised", "updated", "acknowledged", ...: last word of the type. */
const char *payload_action_name(EventKind kind);
