/* The journal as a service of the box, and what is said of it once a disk has room again. */
#pragma once

#include "appliance/events/event-log.h"
#include "appliance/model/alarm-book.h"
#include "appliance/supervisor/ingest.h"

#define JOURNAL_STANDING_CURSOR "standing-alarms"
#define JOURNAL_HOLD_EVERY_US   (60 * US_PER_SECOND)

/* All-zero is the initial state. */
typedef struct {
    bool full;         /* the disk was at the last look */
    uint64_t gave_way; /* EventLogStatus.gave_way when it became so */
    MonoUs since_us;   /* when the state was entered */
    bool failing;
    MonoUs hold_us; /* when to hold segments anew */
} JournalWatch;

/* Returns: (transfer full): the journal as it is now */
ServiceView journal_watch_look(JournalWatch *watch, const EventLogStatus *status, MonoUs now_us);

/**
 * journal_watch_step:
 *
 * Notes, as an event of the box, what was not kept while the disk was full, once it no longer is.
 * And once a minute keeps the segments from the oldest alarm that stands: otherwise an alarm that
 * outlasts the journal's length would be forgotten by a restart, with whoever has acknowledged it,
 * and never be cleared where it was sent. Bounded by the journal's hard limit.
 */
void journal_watch_step(
    JournalWatch *watch, GantryEventLog *log, const AlarmBook *book, Ingest *ingest, AlarmNow now);
