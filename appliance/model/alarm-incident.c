/* Joining an incident and leaving it, record by record. */
#include "appliance/model/alarm-incident.h"

#include "appliance/model/alarm-judge.h"

static AlarmRecord *
find_standing(const AlarmBook *book, const char *alarm_id)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, alarm_id);

    return record != NULL && record->open ? record : NULL;
}

/* Of the reasons that are given here, and not by people or a plan, @quiet alone holds. */
static void
set_ours(AlarmRecord *record, AlarmQuiet quiet)
{
    alarm_record_set_quiet(record, QUIET_MEMBER, quiet == QUIET_MEMBER);
    alarm_record_set_quiet(record, QUIET_UNSTABLE, quiet == QUIET_UNSTABLE);
}

static void
set_incident(AlarmRecord *record, const char *incident_id)
{
    char *copy = g_strdup(incident_id); /* may be the record's own */

    g_free(record->incident_id);
    record->incident_id = copy;
}

void
alarm_book_join(AlarmBook *book, const AlarmJoin *join, AlarmNow now, GPtrArray *transitions)
{
    AlarmRecord *record = find_standing(book, join->alarm_id);

    if (record == NULL)
        return;
    set_incident(record, join->incident_id);
    record->first_out = join->first_out;
    set_ours(record, join->quiet);
    g_ptr_array_add(transitions,
                    alarm_record_transition(record, ALARM_CHANGE_JOINED, now.us, now, NULL));
    const AlarmRecord *parent = find_standing(book, join->incident_id);

    if (parent == NULL || parent == record)
        return;
    alarm_ack_inherit(record, parent, now, transitions);
    book->dirty = true;
}

void
alarm_book_part(AlarmBook *book, const char *alarm_id, AlarmNow now, GPtrArray *transitions)
{
    AlarmRecord *record = find_standing(book, alarm_id);

    if (record == NULL || g_str_equal(record->incident_id, record->id))
        return;
    set_incident(record, record->id);
    record->first_out = false;
    set_ours(record, QUIET_NONE);
    record->updated_us = now.us;
    g_ptr_array_add(transitions,
                    alarm_record_transition(record, ALARM_CHANGE_UPDATED, now.us, now, NULL));
    alarm_ack_disinherit(record, now, transitions);
    book->dirty = true;
}

const char *
alarm_book_find_open(const AlarmBook *book, const char *resource, FaultId fault)
{
    const Resource *found = g_hash_table_lookup(book->resources, resource);
    const Slot *slot =
        found == NULL || (unsigned)fault > FAULT_NUMBER_MAX ? NULL : found->slots[fault];

    return slot != NULL && slot->record != NULL ? slot->record->id : NULL;
}

bool
alarm_book_stands(const AlarmBook *book, const char *alarm_id)
{
    return find_standing(book, alarm_id) != NULL;
}

AlarmQuiet
alarm_book_quiet(const AlarmBook *book, const char *alarm_id)
{
    const AlarmRecord *record = g_hash_table_lookup(book->records, alarm_id);

    return record != NULL ? record->quiet : QUIET_NONE;
}

void
alarm_book_say(AlarmBook *book, const char *alarm_id, const char *text)
{
    AlarmRecord *record = find_standing(book, alarm_id);

    if (record == NULL)
        return;
    g_free(record->text);
    record->text = g_strdup(text);
}

void
alarm_book_gather(AlarmBook *book,
                  const AlarmGathering *gathering,
                  AlarmNow now,
                  GPtrArray *transitions)
{
    AlarmRecord *record = find_standing(book, gathering->alarm_id);

    if (record == NULL)
        return;
    record->members = MAX(record->members, gathering->members);
    record->severity = MAX(record->severity, gathering->severity);
    record->updated_us = now.us;
    alarm_book_say(book, gathering->alarm_id, gathering->text);
    g_ptr_array_add(transitions,
                    alarm_record_transition(record, ALARM_CHANGE_UPDATED, now.us, now, NULL));
}
