/* One entry of the alarm list: an alarm from its raise to its clear, with what people did about it.
 * Plain struct for the alarm book. */
#pragma once

#include "appliance/model/alarm-book.h"

typedef struct {
    char *id;
    char *incident_id;
    uint64_t ordinal;   /* grows with each entry: the newest is the largest */
    uint32_t alarm_seq; /* of its last event */
    uint64_t event_seq; /* journal's sequence of that event */
    uint64_t first_seq; /* journal's sequence of its first event; 0: not known yet */
    char *resource;
    FaultId fault;
    Severity severity;
    CauseScope cause_scope;
    unsigned reason;
    double value;
    char *text;
    WallUs raised_wall_us;
    WallUs cleared_wall_us;
    WallUs changed_wall_us;
    MonoUs updated_us; /* last raise or update, for the limit on updates */
    OperatorState operator_state;
    WallUs acked_wall_us; /* when it was acknowledged; 0: it is not */
    char *owner;
    char *note;
    uint32_t count;
    ImpactClass impact;
    AlarmQuiet quiet;
    bool first_out;
    uint32_t members;
    WallUs until_wall_us;
    MonoUs until_us; /* when an acknowledgement ends; 0: never, or none */
    int64_t for_us;  /* how long it was given for */
    MonoUs
        unattended_us;   /* since when nobody sees to a bad one, or of the last reminder; 0: none */
    unsigned reminders;  /* so far */
    unsigned quiet_bits; /* 1 << AlarmQuiet for every reason that holds; @quiet is the first */
    bool told;           /* receivers may have heard of it */
    bool open;           /* not yet cleared */
} AlarmRecord;

/* @id: (transfer full) */
AlarmRecord *alarm_record_new(char *id, const char *resource, FaultId fault);
void alarm_record_free(AlarmRecord *record);

/* Whether receivers were told of it, it is bad, and nobody has acknowledged it. */
bool alarm_record_is_unattended(const AlarmRecord *record);

/* Says that @reason keeps @record quiet, or no longer does; other reasons stay. */
void alarm_record_set_quiet(AlarmRecord *record, AlarmQuiet reason, bool on);

/* Counts an event of @record, and describes it, fallen due at @due_us, as a transition.
 * @actor, @note: (nullable). Returns: (transfer full) */
AlarmTransition *alarm_record_transition(
    AlarmRecord *record, AlarmChange change, MonoUs due_us, AlarmNow now, const OperatorAct *act);

/* Brings @record to what @transition, read from the journal, says. */
void alarm_record_replay(AlarmRecord *record, const AlarmTransition *transition);

/* Copies @record for people. */
void alarm_record_view(const AlarmRecord *record, AlarmView *ret_view);

/* Wall time of the instant @at_us. */
WallUs alarm_now_wall(AlarmNow now, MonoUs at_us);
