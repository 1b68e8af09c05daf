/* Life of list entries, and their transitions. */
#include "appliance/model/alarm-record.h"

#include "pipelines/base/text.h"

AlarmRecord *
alarm_record_new(char *id, const char *resource, FaultId fault)
{
    AlarmRecord *record = g_new0(AlarmRecord, 1);

    record->id = id;
    record->incident_id = g_strdup(id); /* it stands alone until a parent takes it */
    record->resource = g_strdup(resource);
    record->fault = fault;
    record->text = g_strdup("");
    record->owner = g_strdup("");
    record->note = g_strdup("");
    record->count = 1;
    record->open = true;
    return record;
}

void
alarm_record_free(AlarmRecord *record)
{
    if (record == NULL)
        return;
    g_free(record->id);
    g_free(record->incident_id);
    g_free(record->resource);
    g_free(record->text);
    g_free(record->owner);
    g_free(record->note);
    g_free(record);
}

WallUs
alarm_now_wall(AlarmNow now, MonoUs at_us)
{
    return now.wall_us - (now.us - at_us);
}

void
alarm_record_set_quiet(AlarmRecord *record, AlarmQuiet reason, bool on)
{
    const unsigned bit = 1u << (unsigned)reason;

    record->quiet_bits = on ? record->quiet_bits | bit : record->quiet_bits & ~bit;
    record->quiet = QUIET_NONE;
    for (unsigned first = QUIET_COUNT - 1; first > QUIET_NONE; first--) {
        if ((record->quiet_bits & 1u << first) != 0)
            record->quiet = (AlarmQuiet)first;
    }
}

bool
alarm_record_is_unattended(const AlarmRecord *record)
{
    return record->open && record->cleared_wall_us == 0 && record->quiet == QUIET_NONE &&
           record->operator_state == OPERATOR_NONE && record->severity >= SEVERITY_MAJOR;
}

/* What receivers may know of @record, and since when nobody sees to it. Returns why @change is kept
 * from them. */
static AlarmQuiet
note_change(AlarmRecord *record, AlarmChange change, MonoUs due_us)
{
    const bool by_people = record->quiet == QUIET_SHELVED || record->quiet == QUIET_MAINTENANCE;

    if (record->quiet == QUIET_NONE &&
        (change == ALARM_CHANGE_RAISED || change == ALARM_CHANGE_UPDATED))
        record->told = true;
    if (!alarm_record_is_unattended(record)) {
        record->unattended_us = 0;
        record->reminders = 0;
    } else if (record->unattended_us == 0) {
        record->unattended_us = due_us;
    }
    return change == ALARM_CHANGE_CLEARED && record->told && by_people ? QUIET_NONE : record->quiet;
}

AlarmTransition *
alarm_record_transition(
    AlarmRecord *record, AlarmChange change, MonoUs due_us, AlarmNow now, const OperatorAct *act)
{
    AlarmTransition *transition = g_new0(AlarmTransition, 1);

    record->alarm_seq++;
    record->changed_wall_us = alarm_now_wall(now, due_us);
    transition->quiet = note_change(record, change, due_us);
    transition->change = change;
    transition->at_us = due_us;
    transition->wall_us = record->changed_wall_us;
    transition->alarm_id = g_strdup(record->id);
    transition->incident_id = g_strdup(record->incident_id);
    transition->alarm_seq = record->alarm_seq;
    transition->resource = g_strdup(record->resource);
    transition->fault = record->fault;
    transition->severity = record->severity;
    transition->cause_scope = record->cause_scope;
    transition->raised_wall_us = record->raised_wall_us;
    transition->cleared_wall_us = record->cleared_wall_us;
    transition->operator_state = record->operator_state;
    transition->value = record->value;
    transition->impact = record->impact;
    transition->first_out = record->first_out;
    transition->members = record->members;
    transition->until_wall_us = record->until_wall_us;
    transition->owner = g_strdup(record->owner);
    transition->text = g_strdup(record->text);
    transition->actor = g_strdup(act != NULL ? act->actor : "");
    transition->note = text_clean(act != NULL ? act->note : NULL, ALARM_BOOK_MAX_NOTE);
    return transition;
}

static void
replace(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text);
}

void
alarm_record_replay(AlarmRecord *record, const AlarmTransition *transition)
{
    record->alarm_seq = MAX(record->alarm_seq, transition->alarm_seq);
    record->severity = transition->severity;
    record->cause_scope = transition->cause_scope;
    if (transition->change != ALARM_CHANGE_REMINDED && transition->change != ALARM_CHANGE_SHELVED)
        record->value = transition->value;
    if (transition->change == ALARM_CHANGE_REMINDED)
        record->reminders = (unsigned)transition->value;
    record->raised_wall_us = transition->raised_wall_us;
    record->cleared_wall_us = transition->cleared_wall_us;
    record->changed_wall_us = transition->wall_us;
    record->operator_state = transition->operator_state;
    record->impact = transition->impact;
    record->quiet_bits = transition->quiet == QUIET_NONE ? 0 : 1u << (unsigned)transition->quiet;
    record->quiet = transition->quiet;
    if (transition->quiet == QUIET_NONE &&
        (transition->change == ALARM_CHANGE_RAISED || transition->change == ALARM_CHANGE_UPDATED))
        record->told = true;
    record->first_out = transition->first_out;
    record->members = transition->members;
    record->until_wall_us = transition->until_wall_us;
    replace(&record->incident_id, transition->incident_id);
    replace(&record->text, transition->text);
    /* An acknowledgement of the journal's first layout has its owner as actor only. */
    if (transition->change == ALARM_CHANGE_ACK && transition->owner[0] == '\0')
        replace(&record->owner, transition->actor);
    else if (transition->change == ALARM_CHANGE_UNACK || transition->owner[0] != '\0')
        replace(&record->owner, transition->owner);
    if (transition->change == ALARM_CHANGE_ACK)
        record->acked_wall_us = transition->wall_us;
    if (transition->note[0] != '\0')
        replace(&record->note, transition->note);
}

void
alarm_record_view(const AlarmRecord *record, AlarmView *ret_view)
{
    *ret_view = (AlarmView){
        .id = g_strdup(record->id),
        .incident_id = g_strdup(record->incident_id),
        .resource = g_strdup(record->resource),
        .fault = record->fault,
        .severity = record->severity,
        .cause_scope = record->cause_scope,
        .text = g_strdup(record->text),
        .raised_wall_us = record->raised_wall_us,
        .cleared_wall_us = record->cleared_wall_us,
        .changed_wall_us = record->changed_wall_us,
        .operator_state = record->operator_state,
        .acked_wall_us = record->operator_state == OPERATOR_ACK ? record->acked_wall_us : 0,
        .owner = g_strdup(record->owner),
        .note = g_strdup(record->note),
        .count = record->count,
        .event_seq = record->event_seq,
        .impact = record->impact,
        .quiet = record->quiet,
        .first_out = record->first_out,
        .members = record->members,
        .until_wall_us = record->until_wall_us,
    };
}

void
alarm_transition_free(AlarmTransition *transition)
{
    if (transition == NULL)
        return;
    g_free(transition->alarm_id);
    g_free(transition->incident_id);
    g_free(transition->resource);
    g_free(transition->text);
    g_free(transition->actor);
    g_free(transition->note);
    g_free(transition->owner);
    g_free(transition);
}

GPtrArray *
alarm_transitions_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)alarm_transition_free);
}
