/* Where a fault becomes an alarm: what workers say goes into the records and the alarm book, and
 * every transition of the book becomes an event of the journal. Used on the loop only. */
#pragma once

#include "appliance/events/event-log.h"
#include "appliance/stores/history-writer.h"
#include "appliance/supervisor/evidence-desk.h"
#include "appliance/supervisor/figures-desk.h"
#include "appliance/supervisor/records.h"

typedef struct Ingest Ingest;

typedef struct {
    Records *records;        /* no-ref */
    AlarmBook *book;         /* no-ref */
    GantryEventLog *log;     /* no-ref */
    EvidenceStore *evidence; /* no-ref (nullable): none is kept of alarms */
    FiguresDesk *figures;    /* no-ref (nullable) */
    /* Called for every finished ten seconds of a channel. */
    void (*health)(const HealthRow *row, gpointer user_data);
    /* Called for every transition, once the journal has it as event @seq. (nullable) */
    void (*published)(const AlarmTransition *transition, uint64_t seq, gpointer user_data);
    /* Called after transitions: the next snapshot is due now. */
    void (*changed)(gpointer user_data);
    gpointer user_data;
} IngestPorts;

/* @ports: copied. Returns: (transfer full) */
Ingest *ingest_new(const IngestPorts *ports);
void ingest_free(Ingest *ingest); /* (nullable) */

/* Takes a report of @input. @message: (transfer full): a MESSAGE_REPORT */
void ingest_report(Ingest *ingest, InputRecord *input, Message *message, AlarmNow now);

/* Takes one data state that changed. @edge: (transfer none) */
/* What the stream of one channel told is kept beside the channel. */
void ingest_notes(Ingest *ingest, InputRecord *input, const MessageNotes *notes);

/* @message: (transfer full): a MESSAGE_STRUCTURE */
void ingest_structure(Ingest *ingest, InputRecord *input, Message *message, AlarmNow now);

void ingest_edge(Ingest *ingest, InputRecord *input, const MessageEdge *edge, AlarmNow now);

/* Takes a picture of @channel. @thumbnail: (transfer none). @jpeg: its bytes; a reference is taken
 */
void ingest_picture(Ingest *ingest,
                    ChannelRecord *channel,
                    const MessageThumbnail *thumbnail,
                    GBytes *jpeg,
                    MonoUs now_us);

/* Follows the inventory of the records: which input carries a channel, and who shares what. The
 * first time, after a restart, parents and members stand again. */
void ingest_follow_inventory(Ingest *ingest, AlarmNow now);

/* When ingest_step() must next be called; US_NEVER for never. */
MonoUs ingest_deadline_us(Ingest *ingest);

/* Gathers evidence of alarms; called about once a second. */
void ingest_gather(Ingest *ingest, MonoUs now_us);

/* Takes what is known about a fault, before the fault is told. @evidence: (transfer none) */
void
ingest_evidence(Ingest *ingest, InputRecord *input, const MessageEvidence *evidence, AlarmNow now);

/* Feeds one observation about anything and appends what follows from it. */
void ingest_observe(Ingest *ingest, const Observation *observation, AlarmNow now);

/* Judges what has fallen due. */
void ingest_step(Ingest *ingest, AlarmNow now);

/* Appends @transitions (transfer full) to the journal, for those who got them elsewhere. */
void ingest_publish(Ingest *ingest, GPtrArray *transitions, AlarmNow now);

/* Between the two, what is noted as EVENT_AUDIT waits; then it is appended with @note: from where
 * it came and what it changed. */
void ingest_hold_audit(Ingest *ingest);
void ingest_release_audit(Ingest *ingest, const char *note);

/* Appends an event about the box or an act of a person. @kind: EVENT_BOX or EVENT_AUDIT */
void ingest_note(Ingest *ingest,
                 EventKind kind,
                 const char *resource,
                 const char *text,
                 const char *actor,
                 AlarmNow now);

/* Brings @book, and @figures (nullable), to where the journal left them. Returns how many alarms
 * stand. */
size_t ingest_restore(AlarmBook *book, FiguresDesk *figures, GantryEventLog *log);
