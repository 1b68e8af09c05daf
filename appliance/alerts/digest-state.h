/* What a receiver that keeps state (PagerDuty, Jira Service Management) holds open because of a
 * flood: one incident for all digests, and which alarms it stands for. It is resolved when the
 * flood is over and none of them stands any more. Kept with what is announced, over restarts. Pure.
 */
#pragma once

#include "appliance/alerts/outbox.h"

/* A digest of @events (element-type Event) was taken: the alarms in it that stand are the digest's
 * from now on. */
void digest_state_told(Outbox *outbox, GPtrArray *events);

/* The alarm has ended, or is told by itself. */
void digest_state_forget(Outbox *outbox, const char *alarm_id);

/* The digests' incident was resolved. */
void digest_state_resolved(Outbox *outbox);

/* Whether an incident is open at the receiver because of digests. */
bool digest_state_is_open(const Outbox *outbox);

/* Whether it is to be resolved now. @flood: it lasts */
bool digest_state_may_end(const Outbox *outbox, bool flood);
