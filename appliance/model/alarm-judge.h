/* The inside of the alarm book: slots of evidence by resource and fault, and how one is judged in
 * the light of the others. For the alarm book's own files. */
#pragma once

#include "appliance/model/alarm-book.h"
#include "appliance/model/alarm-record.h"

/* Somebody put a fault of a resource aside. */
typedef struct {
    bool until_clear;     /* ends when the alarm clears, and at @until_us at the latest */
    MonoUs until_us;      /* 0 while the journal is being read */
    int64_t for_us;       /* how long it was given for */
    WallUs until_wall_us; /* @until_us as it was foreseen */
    char *owner;          /* who */
    char *note;           /* why */
    AlarmRecord *record;  /* no-ref: the last one that it kept quiet; stays in the list with it */
} Shelf;

/* What is known about one fault of one resource. */
typedef struct {
    Alarm alarm;
    bool known;           /* observed since the start, or since its worker was lost */
    bool frozen;          /* a mask stood when it was last judged */
    bool restored;        /* from the journal, and not judged since */
    MonoUs not_before_us; /* when that mask went: evidence counts from here */
    AlarmInput input;     /* last observation */
    Severity severity;    /* on that evidence; SEVERITY_CLEARED: the rule's */
    CauseScope cause_scope;
    unsigned reason;
    double value;
    uint32_t members;
    char *text;          /* (nullable) */
    AlarmRecord *record; /* no-ref; while open */
    Shelf *shelf;        /* (nullable) */
    MonoUs noted_us;     /* when it was last noted without an alarm; 0: never */
    unsigned unnoted;    /* that were not, since then */
} Slot;

typedef struct Resource Resource;
struct Resource {
    char *name;
    Resource *input;     /* no-ref (nullable): what carries this channel */
    GPtrArray *channels; /* (element-type Resource) no-ref: carried by this input */
    bool planned;        /* maintenance is under way */
    Slot *slots[FAULT_NUMBER_MAX + 1];
    AlarmProfile *profile; /* reference (nullable): the book's own */
    bool commissioning;    /* it is still being learned: alarms below off air are quiet */
};

struct AlarmBook {
    const AlarmProfile *profile; /* no-ref: of resources without one of their own */
    AlarmPolicy policy;
    char *(*make_id)(gpointer user_data);
    gpointer user_data;
    GHashTable *resources; /* (element-type utf8 Resource) */
    GHashTable *records;   /* (element-type utf8 AlarmRecord) by id; owns them */
    GQueue cleared;        /* (element-type AlarmRecord) no-ref, oldest first */
    uint64_t ordinal;      /* of the newest record */
    MonoUs deadline_us;    /* earliest of all; valid unless @dirty */
    bool dirty;
    MonoUs notes_us; /* when the present minute of notes began */
    unsigned notes;  /* that were made in it */
};

/* What is known under that name, made if it is not there. (transfer none) */
Resource *alarm_judge_resource_of(AlarmBook *book, const char *name);
Slot *alarm_judge_slot_of(Resource *resource, FaultId fault);

/* Notes a fault that ended while it was pending since @since_us. */
void alarm_note_short(AlarmBook *book,
                      Resource *resource,
                      FaultId fault,
                      MonoUs since_us,
                      AlarmNow now,
                      GPtrArray *transitions);

/* The rule of @fault on @resource. (transfer none) */
const FaultRule *alarm_judge_rule(const AlarmBook *book, const Resource *resource, FaultId fault);

/* Judges one slot, which must exist. Returns whether its phase changed, which others may depend on:
 * alarm_judge_resource() and alarm_judge_channels() must follow. */
bool alarm_judge(
    AlarmBook *book, Resource *resource, FaultId fault, AlarmNow now, GPtrArray *transitions);

/* Judges all of @resource until nothing changes any more. */
void
alarm_judge_resource(AlarmBook *book, Resource *resource, AlarmNow now, GPtrArray *transitions);

/* After a fault of an input changed its phase: what it means for the channels on it. */
void alarm_judge_channels(AlarmBook *book, Resource *input, AlarmNow now, GPtrArray *transitions);

/* When the slot must be judged even if nothing is observed; US_NEVER for never. */
MonoUs alarm_judge_deadline_us(const AlarmBook *book, const Resource *resource, FaultId fault);

/* @record joined the incident of @parent: who has acknowledged that has this, too, for as long. */
void alarm_ack_inherit(AlarmRecord *record,
                       const AlarmRecord *parent,
                       AlarmNow now,
                       GPtrArray *transitions);

/* @record fails on its own now: what was acknowledged with the incident alone ends. */
void alarm_ack_disinherit(AlarmRecord *record, AlarmNow now, GPtrArray *transitions);

/* Clears the slot's standing alarm. */
void
alarm_judge_clear(AlarmBook *book, Slot *slot, MonoUs due_us, AlarmNow now, GPtrArray *transitions);

/* Moves a record to the cleared ones, the oldest of which give way. */
void alarm_judge_retire(AlarmBook *book, AlarmRecord *record);
