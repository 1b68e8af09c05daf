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
    char *owner;
    char *note;
    uint32_t count;
    ImpactClass impact;
    AlarmQuiet quiet;
    bool first_out;
    uint32_t members;
    WallUs until_wall_us;
    bool open; /* not yet cleared */
} AlarmRecord;

/* @id: (transfer full) */
AlarmRecord *alarm_record_new(char *id, const char *resource, FaultId fault);
void alarm_record_free(AlarmRecord *record);

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
