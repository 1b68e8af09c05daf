/* What was seen and stayed under what makes an alarm: kept as an event, never sent. */
#include "appliance/model/alarm-judge.h"

#define NOTE_LEAST_US  US_PER_SECOND        /* shorter states are not worth an event */
#define NOTE_EVERY_US  (60 * US_PER_SECOND) /* of one fault of one resource */
#define NOTES_A_MINUTE 120u                 /* of all */

/* Whether a note may be made now; else it is counted into the next. */
static bool
may_note(AlarmBook *book, Slot *slot, AlarmNow now)
{
    if (now.us - book->notes_us >= NOTE_EVERY_US) {
        book->notes_us = now.us;
        book->notes = 0;
    }
    if ((slot->noted_us != 0 && now.us - slot->noted_us < NOTE_EVERY_US) ||
        book->notes >= NOTES_A_MINUTE) {
        slot->unnoted++;
        return false;
    }
    book->notes++;
    slot->noted_us = now.us;
    return true;
}

/* @since_us: when it began. Returns: (transfer full): the note on @slot */
static AlarmTransition *
make_note(AlarmBook *book, const Resource *resource, Slot *slot, MonoUs since_us, AlarmNow now)
{
    AlarmTransition *note = g_new0(AlarmTransition, 1);

    *note = (AlarmTransition){
        .change = ALARM_CHANGE_NOTED,
        .at_us = now.us,
        .wall_us = now.wall_us,
        .since_us = since_us,
        .alarm_id = book->make_id(book->user_data),
        .alarm_seq = 1,
        .resource = g_strdup(resource->name),
        .cause_scope = slot->cause_scope,
        .raised_wall_us = alarm_now_wall(now, since_us),
        .cleared_wall_us = now.wall_us,
        .value = slot->value,
        .actor = g_strdup(""),
        .note = g_strdup(""),
        .owner = g_strdup(""),
    };
    note->incident_id = g_strdup(note->alarm_id);
    return note;
}

/* Fills in what @note says of @fault. */
static void
add_note(Slot *slot, AlarmTransition *note, FaultId fault, const FaultRule *rule, const char *text)
{
    note->fault = fault;
    note->severity = rule->alarm.severity;
    note->impact = rule->impact;
    note->text = slot->unnoted > 0 ? g_strdup_printf("%s; %u more like it in the minutes before",
                                                     text, slot->unnoted)
                                   : g_strdup(text);
    slot->unnoted = 0;
}

void
alarm_note_short(AlarmBook *book,
                 Resource *resource,
                 FaultId fault,
                 MonoUs since_us,
                 AlarmNow now,
                 GPtrArray *transitions)
{
    const FaultRule *rule = alarm_judge_rule(book, resource, fault);
    Slot *slot = resource->slots[fault];
    const int64_t lasted_us = slot->alarm.since_us - since_us;

    if (lasted_us < NOTE_LEAST_US || fault >= FAULT_WORKER_LOST || rule->off ||
        rule->seconds.metric != METRIC_NONE || !may_note(book, slot, now))
        return;
    g_autofree char *text = g_strdup_printf(
        "%s: for %.1f s, an alarm takes %.0f", fault_info(fault)->sentence,
        (double)lasted_us / US_PER_SECOND, (double)rule->alarm.raise_after_us / US_PER_SECOND);

    AlarmTransition *note = make_note(book, resource, slot, since_us, now);

    add_note(slot, note, fault, rule, text);
    g_ptr_array_add(transitions, note);
}

void
alarm_book_note(AlarmBook *book,
                const Observation *observation,
                AlarmNow now,
                GPtrArray *transitions)
{
    Resource *resource = alarm_judge_resource_of(book, observation->resource);
    const FaultId fault = (FaultId)MIN((unsigned)observation->fault, FAULT_NUMBER_MAX);
    Slot *slot = alarm_judge_slot_of(resource, fault);
    const MonoUs since_us = observation->since_us != 0 ? observation->since_us : now.us;

    if (slot->record != NULL || !may_note(book, slot, now))
        return;
    slot->cause_scope = observation->cause_scope;
    slot->value = observation->value;
    AlarmTransition *note = make_note(book, resource, slot, since_us, now);

    add_note(slot, note, fault, alarm_judge_rule(book, resource, fault), observation->text);
    g_ptr_array_add(transitions, note);
}
