/* The journal as a service of the box, and what is said of it once a disk has room again. */
#pragma once

#include "appliance/events/event-log.h"
#include "appliance/supervisor/ingest.h"

/* All-zero is the initial state. */
typedef struct {
    bool full;         /* the disk was at the last look */
    uint64_t gave_way; /* EventLogStatus.gave_way when it became so */
    MonoUs since_us;   /* when the state was entered */
    bool failing;
} JournalWatch;

/* Returns: (transfer full): the journal as it is now */
ServiceView journal_watch_look(JournalWatch *watch, const EventLogStatus *status, MonoUs now_us);

/* Notes, as an event of the box, what was not kept while the disk was full, once it no longer is.
 */
void
journal_watch_tell(JournalWatch *watch, const EventLogStatus *status, Ingest *ingest, AlarmNow now);
