/* What decides in gantryd, without the process: records, alarm book, journal and evidence in a
 * folder of their own, fed with recorded worker streams at any speed and without a network. */
#pragma once

#include <glib.h>

#include "appliance/supervisor/ingest.h"

#define S US_PER_SECOND

typedef struct {
    char *folder;
    GString *recording;
    uint64_t sequence;
    Inventory *inventory;
    Records *records;
    AlarmBook *book;
    GantryEventLog *log;
    Ingest *ingest;
    EvidenceStore *evidence;
} Desk;

/* One channel @id on an input of the same name; the boot clock is the wall clock. */
void desk_init_for(Desk *desk, const char *id);

/* The same, of channel "one". */
void desk_init(Desk *desk);
void desk_clear(Desk *desk);

/* The end of the process, and the next one over the same folder. */
void desk_close(Desk *desk);
void desk_open(Desk *desk);

/* One report at @at_us: continuity errors and own drops so far, and that packets come; mean luma is
 * a hundredth of the second. */
void record_report(Desk *desk, MonoUs at_us, double cc_errors, double own_drops);
void record_edge(Desk *desk, MonoUs at_us, FaultId fault, bool active, MonoUs since_us);
void record_evidence(Desk *desk, MonoUs at_us, FaultId fault, CauseScope cause, const char *text);

/* A picture whose bytes, but for the mark of a JPEG, all are @fill, so that it is known again. */
void record_picture(Desk *desk, MonoUs captured_us, char fill);

/* The one channel. (transfer none) */
ChannelRecord *desk_channel(Desk *desk);

/* Lets time run on to @at_us: what falls due is judged. */
void desk_run_to(Desk *desk, MonoUs at_us);

/* What the worker said at @at_us. @message: (transfer full): of a kind that nobody decides on, it
 * is passed over */
void desk_feed(Desk *desk, Message *message, MonoUs at_us);

/* The same, but @message stays the caller's, who keeps it until desk_return(). A desk is fed or
 * lent to, not both. */
void desk_lend(Desk *desk, Message *message, MonoUs at_us);
void desk_return(Desk *desk);

/* Feeds the whole recording as fast as it can be read, then lets time run on to @end_us. */
void replay(Desk *desk, MonoUs end_us);

/* Every event of the journal as "kind fault" lines. Returns: (transfer full) */
char *story(Desk *desk);
const Event *event_at(GPtrArray *events, guint index);
