/* Shelves, ends of acknowledgements, reminders and planned work: what people decided, and what time
 * makes of it. */
#include "appliance/model/alarm-acts.h"

#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define ENDED_BY_TIME  "Its time is over"
#define ENDED_BY_CLEAR "The alarm has cleared"
#define ENDED_BY_LEAVE "It is no longer in the inventory"

static const OperatorAct by_time = {.actor = "", .note = ENDED_BY_TIME};

static void
set_text(char **field, const char *text)
{
    g_free(*field);
    *field = g_strdup(text != NULL ? text : "");
}

static void
append(GPtrArray *transitions, AlarmTransition *transition)
{
    g_ptr_array_add(transitions, transition);
}

/* An alarm that is no longer kept quiet and still stands is told, once. */
static void
announce(
    AlarmRecord *record, AlarmQuiet before, MonoUs due_us, AlarmNow now, GPtrArray *transitions)
{
    if (record->open && before != QUIET_NONE && record->quiet == QUIET_NONE)
        append(transitions,
               alarm_record_transition(record, ALARM_CHANGE_UPDATED, due_us, now, NULL));
}

/* ---- Shelves ---- */

void
alarm_acts_shelf_free(Shelf *shelf)
{
    if (shelf == NULL)
        return;
    g_free(shelf->owner);
    g_free(shelf->note);
    g_free(shelf);
}

static void
stand_on_shelf(AlarmRecord *record, const Shelf *shelf)
{
    record->operator_state = OPERATOR_SHELVED;
    record->until_wall_us = shelf->until_wall_us;
    record->until_us = 0;
    set_text(&record->owner, shelf->owner);
    set_text(&record->note, shelf->note);
    alarm_record_set_quiet(record, QUIET_SHELVED, true);
}

static void
take_off_shelf(AlarmRecord *record)
{
    record->operator_state = OPERATOR_NONE;
    record->until_wall_us = 0;
    set_text(&record->owner, "");
    alarm_record_set_quiet(record, QUIET_SHELVED, false);
}

/* Lets @shelf hold @record; the one that it held before goes its own way. */
static void
hold(Shelf *shelf, AlarmRecord *record)
{
    if (shelf->record != NULL && shelf->record != record)
        take_off_shelf(shelf->record);
    shelf->record = record;
    stand_on_shelf(record, shelf);
}

static void
end_shelf(AlarmBook *book,
          Slot *slot,
          MonoUs due_us,
          AlarmNow now,
          const OperatorAct *act,
          GPtrArray *transitions)
{
    Shelf *shelf = g_steal_pointer(&slot->shelf);
    AlarmRecord *record = shelf->record;
    const AlarmQuiet before = record->quiet;

    book->dirty = true;
    take_off_shelf(record);
    append(transitions, alarm_record_transition(record, ALARM_CHANGE_UNSHELVED, due_us, now, act));
    announce(record, before, due_us, now, transitions);
    alarm_acts_shelf_free(shelf);
}

void
alarm_acts_raised(const Resource *resource, Slot *slot)
{
    if (resource->planned)
        alarm_record_set_quiet(slot->record, QUIET_MAINTENANCE, true);
    if (slot->shelf != NULL)
        hold(slot->shelf, slot->record);
}

void
alarm_acts_cleared(AlarmBook *book, Slot *slot, AlarmNow now, GPtrArray *transitions)
{
    static const OperatorAct act = {.actor = "", .note = ENDED_BY_CLEAR};

    if (slot->shelf != NULL && slot->shelf->until_clear)
        end_shelf(book, slot, now.us, now, &act, transitions);
}

void
alarm_acts_drop(AlarmBook *book, Slot *slot, AlarmNow now, GPtrArray *transitions)
{
    static const OperatorAct act = {.actor = "", .note = ENDED_BY_LEAVE};

    if (slot->shelf != NULL)
        end_shelf(book, slot, now.us, now, &act, transitions);
}

static Slot *
slot_of_record(const AlarmBook *book, const AlarmRecord *record)
{
    const Resource *resource = g_hash_table_lookup(book->resources, record->resource);

    return resource != NULL ? resource->slots[MIN((unsigned)record->fault, FAULT_NUMBER_MAX)]
                            : NULL;
}

bool
alarm_acts_is_pinned(const AlarmBook *book, const AlarmRecord *record)
{
    const Slot *slot = slot_of_record(book, record);

    return slot != NULL && slot->shelf != NULL && slot->shelf->record == record;
}

/* ---- Time ---- */

static MonoUs
reminder_due_us(const AlarmBook *book, const AlarmRecord *record, WallUs wall_us)
{
    if (record->unattended_us == 0 || book->policy.remind_after_us == 0 ||
        (wall_us != 0 && wall_us - record->raised_wall_us > ALARM_STALE_US))
        return US_NEVER;
    return record->unattended_us + book->policy.remind_after_us;
}

MonoUs
alarm_acts_deadline_us(const AlarmBook *book, const Slot *slot)
{
    MonoUs deadline_us = US_NEVER;

    if (slot == NULL)
        return US_NEVER;
    if (slot->shelf != NULL && slot->shelf->until_us != 0)
        deadline_us = slot->shelf->until_us;
    if (slot->record == NULL)
        return deadline_us;
    if (slot->record->until_us != 0)
        deadline_us = MIN(deadline_us, slot->record->until_us);
    return MIN(deadline_us, reminder_due_us(book, slot->record, 0));
}

static void
end_ack(AlarmRecord *record, MonoUs due_us, AlarmNow now, GPtrArray *transitions)
{
    record->operator_state = OPERATOR_NONE;
    record->until_us = 0;
    record->until_wall_us = 0;
    set_text(&record->owner, "");
    append(transitions, alarm_record_transition(record, ALARM_CHANGE_UNACK, due_us, now, &by_time));
}

/* One that stands for a day is on the list of stale ones instead: no more reminders. */
static void
remind(const AlarmBook *book, AlarmRecord *record, AlarmNow now, GPtrArray *transitions)
{
    const MonoUs due_us = reminder_due_us(book, record, now.wall_us);
    const unsigned number = record->reminders + 1;
    const bool escalated = book->policy.escalate_after > 0 && number >= book->policy.escalate_after;
    g_autofree char *note =
        g_strdup_printf("Nobody has acknowledged it%s", escalated ? "; escalated" : "");
    const OperatorAct act = {.actor = "", .note = note};

    record->unattended_us = now.us;
    if (due_us == US_NEVER)
        return;
    AlarmTransition *transition =
        alarm_record_transition(record, ALARM_CHANGE_REMINDED, due_us, now, &act);

    record->reminders = number;
    transition->value = number;
    append(transitions, transition);
}

void
alarm_acts_step(AlarmBook *book, Slot *slot, AlarmNow now, GPtrArray *transitions)
{
    AlarmRecord *record = slot->record;

    if (slot->shelf != NULL && slot->shelf->until_us != 0 && slot->shelf->until_us <= now.us)
        end_shelf(book, slot, slot->shelf->until_us, now, &by_time, transitions);
    if (record != NULL && record->until_us != 0 && record->until_us <= now.us)
        end_ack(record, record->until_us, now, transitions);
    if (record != NULL && reminder_due_us(book, record, 0) <= now.us)
        remind(book, record, now, transitions);
    book->dirty = true;
}

static void
rename_owner(char **owner, const char *from, const char *to)
{
    if (g_strcmp0(*owner, from) == 0)
        set_text(owner, to);
}

void
alarm_book_rename(AlarmBook *book, const char *from, const char *to)
{
    GHashTableIter iter;
    gpointer value = NULL;

    g_hash_table_iter_init(&iter, book->records);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        rename_owner(&((AlarmRecord *)value)->owner, from, to);
    g_hash_table_iter_init(&iter, book->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Resource *resource = value;

        for (unsigned i = 0; i <= FAULT_NUMBER_MAX; i++) {
            if (resource->slots[i] != NULL && resource->slots[i]->shelf != NULL)
                rename_owner(&resource->slots[i]->shelf->owner, from, to);
        }
    }
}

/* ---- After a restart ---- */

static Shelf *
shelf_from(const AlarmTransition *transition)
{
    Shelf *shelf = g_new0(Shelf, 1);

    shelf->until_clear = transition->change == ALARM_CHANGE_SHELVED && transition->value > 0;
    shelf->until_wall_us = transition->until_wall_us;
    shelf->for_us = MAX(transition->until_wall_us - transition->wall_us, 0);
    shelf->owner = g_strdup(transition->owner);
    shelf->note = g_strdup(transition->note);
    return shelf;
}

void
alarm_acts_replay(Slot *slot, AlarmRecord *record, const AlarmTransition *transition)
{
    const bool shelved = transition->operator_state == OPERATOR_SHELVED;

    if (transition->change == ALARM_CHANGE_ACK && transition->until_wall_us != 0)
        record->for_us = MAX(transition->until_wall_us - transition->wall_us, 0);
    if (transition->change == ALARM_CHANGE_UNSHELVED) {
        g_clear_pointer(&slot->shelf, alarm_acts_shelf_free);
        return;
    }
    if (transition->change == ALARM_CHANGE_SHELVED || (shelved && slot->shelf == NULL)) {
        AlarmRecord *held = slot->shelf != NULL ? slot->shelf->record : NULL;

        g_clear_pointer(&slot->shelf, alarm_acts_shelf_free);
        slot->shelf = shelf_from(transition);
        slot->shelf->record = held;
    }
    if (slot->shelf != NULL && transition->change != ALARM_CHANGE_CLEARED && shelved)
        hold(slot->shelf, record);
    else if (slot->shelf != NULL && slot->shelf->record == NULL)
        slot->shelf->record = record;
}

/* When what was to end at @until_wall_us ends: never later than @for_us from now. */
static MonoUs
end_after_restart(WallUs until_wall_us, int64_t for_us, AlarmNow now)
{
    return now.us + CLAMP(until_wall_us - now.wall_us, 1, MAX(for_us, 1));
}

void
alarm_acts_resume(AlarmBook *book, Resource *resource, unsigned fault, AlarmNow now)
{
    Slot *slot = resource->slots[fault];
    AlarmRecord *record = slot != NULL ? slot->record : NULL;
    Shelf *shelf = slot != NULL ? slot->shelf : NULL;

    book->dirty = true;
    if (shelf != NULL)
        shelf->until_us = end_after_restart(shelf->until_wall_us, shelf->for_us, now);
    if (record == NULL)
        return;
    if (record->quiet == QUIET_MAINTENANCE)
        resource->planned = true; /* until the calendar says that it is over */
    if (record->operator_state == OPERATOR_ACK && record->until_wall_us != 0)
        record->until_us = end_after_restart(record->until_wall_us, record->for_us, now);
    if (alarm_record_is_unattended(record))
        record->unattended_us =
            now.us - CLAMP(now.wall_us - record->changed_wall_us, 0, book->policy.remind_after_us);
}

/* ---- People ---- */

static bool
refuse(GError **error, GantryError code, const char *why)
{
    g_set_error_literal(error, GANTRY_ERROR, code, why);
    return false;
}

static bool
may_shelve(const AlarmBook *book, const AlarmRecord *record, const OperatorAct *act, GError **error)
{
    if (act->note == NULL || act->note[0] == '\0')
        return refuse(error, GANTRY_ERROR_INVALID, "a shelf needs a reason: say it in the note");
    if (act->for_us < 0 || act->for_us > book->policy.shelf_max_us) {
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                    "an alarm can be shelved for %" G_GINT64_FORMAT " minutes at most here",
                    book->policy.shelf_max_us / US_PER_SECOND / 60);
        return false;
    }
    if (act->for_us == 0 && !record->open)
        return refuse(error, GANTRY_ERROR_CONFLICT,
                      "the alarm has cleared already: say for how long it shall be shelved");
    return true;
}

bool
alarm_book_shelve(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, act->alarm_id);
    Slot *slot = record != NULL ? slot_of_record(book, record) : NULL;

    if (slot == NULL)
        return refuse(error, GANTRY_ERROR_NOT_FOUND, "no alarm has this id");
    if (!may_shelve(book, record, act, error))
        return false;
    if (slot->record != NULL && slot->record != record)
        return refuse(error, GANTRY_ERROR_CONFLICT,
                      "the same fault stands again as a newer alarm: shelve that one");
    AlarmRecord *held = slot->shelf != NULL ? slot->shelf->record : NULL;
    const int64_t for_us = act->for_us > 0 ? act->for_us : book->policy.shelf_max_us;

    alarm_acts_shelf_free(slot->shelf);
    slot->shelf = g_new0(Shelf, 1);
    *slot->shelf = (Shelf){.until_clear = act->for_us == 0,
                           .until_us = now.us + for_us,
                           .for_us = for_us,
                           .until_wall_us = now.wall_us + for_us,
                           .owner = g_strdup(act->actor),
                           .note = text_clean(act->note, ALARM_BOOK_MAX_NOTE),
                           .record = held};
    hold(slot->shelf, record);
    AlarmTransition *transition =
        alarm_record_transition(record, ALARM_CHANGE_SHELVED, now.us, now, act);

    transition->value = slot->shelf->until_clear ? 1 : 0;
    append(transitions, transition);
    book->dirty = true;
    return true;
}

bool
alarm_book_unshelve(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, act->alarm_id);
    Slot *slot = record != NULL ? slot_of_record(book, record) : NULL;

    if (record == NULL)
        return refuse(error, GANTRY_ERROR_NOT_FOUND, "no alarm has this id");
    if (slot != NULL && slot->shelf != NULL && slot->shelf->record == record)
        end_shelf(book, slot, now.us, now, act, transitions);
    return true;
}

bool
alarm_book_assign(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, act->alarm_id);

    if (record == NULL)
        return refuse(error, GANTRY_ERROR_NOT_FOUND, "no alarm has this id");
    if (act->owner == NULL || act->owner[0] == '\0')
        return refuse(error, GANTRY_ERROR_INVALID, "say to whom the alarm is assigned");
    if (record->operator_state == OPERATOR_SHELVED)
        return refuse(error, GANTRY_ERROR_CONFLICT, "the alarm is shelved: take it back first");
    if (g_strcmp0(record->owner, act->owner) == 0)
        return true;
    set_text(&record->owner, act->owner);
    if (act->note != NULL && act->note[0] != '\0') {
        g_free(record->note);
        record->note = text_clean(act->note, ALARM_BOOK_MAX_NOTE);
    }
    append(transitions, alarm_record_transition(record, ALARM_CHANGE_ASSIGNED, now.us, now, act));
    book->dirty = true;
    return true;
}

/* ---- Planned work ---- */

void
alarm_book_set_planned(AlarmBook *book,
                       const char *name,
                       bool planned,
                       const char *why,
                       AlarmNow now,
                       GPtrArray *transitions)
{
    Resource *resource = alarm_judge_resource_of(book, name);
    const OperatorAct act = {.actor = "", .note = why};

    if (resource->planned == planned)
        return;
    resource->planned = planned;
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        Slot *slot = resource->slots[fault];
        AlarmRecord *record = slot != NULL ? slot->record : NULL;
        const AlarmQuiet before = record != NULL ? record->quiet : QUIET_NONE;

        if (record == NULL)
            continue;
        alarm_record_set_quiet(record, QUIET_MAINTENANCE, planned);
        if (record->quiet != before)
            append(transitions,
                   alarm_record_transition(record, ALARM_CHANGE_UPDATED, now.us, now, &act));
    }
    book->dirty = true;
}
