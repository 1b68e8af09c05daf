/* The self-probe at work: a channel of the box's own, its sender, its receiver, and what they show.
 * On the supervision loop. */
#pragma once

#include "appliance/events/event-log.h"
#include "appliance/model/self-probe.h"
#include "appliance/supervisor/ingest.h"
#include "appliance/supervisor/outlets.h"
#include "appliance/supervisor/records.h"

#define SELF_PROBE_CHANNEL                                                                         \
    "gantry-self-probe" /* also of its input; no channel of a site has it                          \
                         */

/* All (transfer none); they outlive the desk. */
typedef struct {
    GantryEventLog *log;
    Outlets *outlets;
    Records *records;
    AlarmBook *book;
    Ingest *ingest;
} SelfProbePorts;

typedef struct SelfProbeDesk SelfProbeDesk;

/* @every_s: seconds between two runs; 0: none is wanted. Returns: (transfer full) (nullable): NULL
 * then, and where there is no socket to be had, which is logged: the box works without. Then the
 * functions below do nothing. */
SelfProbeDesk *self_probe_desk_new(const SelfProbePorts *ports, uint32_t every_s);
void self_probe_desk_free(SelfProbeDesk *desk); /* (nullable) */

/* The site's inventory and the desk's own channel. Returns: (transfer full) */
Inventory *self_probe_desk_add_channel(const SelfProbeDesk *desk, Inventory *site);

/* To be told of each transition, once it was given to the journal as event @seq. */
void
self_probe_desk_published(SelfProbeDesk *desk, const AlarmTransition *transition, uint64_t seq);

/* Five times a second. */
void self_probe_desk_step(SelfProbeDesk *desk, AlarmNow now);

/* The self-probe as a service of the box; of a desk that is there. Returns: (transfer full) */
ServiceView self_probe_desk_view(const SelfProbeDesk *desk);
