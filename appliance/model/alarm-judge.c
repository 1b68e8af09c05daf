/* Masks, evidence and the alarm's step together: what becomes of one slot. */
#include "appliance/model/alarm-judge.h"

#include "appliance/model/alarm-acts.h"
#include "appliance/model/alarm-off-air.h"

#define MAX_PASSES 8u /* over one resource: the longest chain of masks is shorter */

const FaultRule *
alarm_judge_rule(const AlarmBook *book, const Resource *resource, FaultId fault)
{
    return alarm_profile_rule(resource->profile != NULL ? resource->profile : book->profile, fault);
}

/* ---- Masks ---- */

typedef enum { FREE, HELD_BACK, MASKED } Hold;

static Hold
hold_by(const Resource *resource, FaultId fault)
{
    const Slot *slot = resource == NULL ? NULL : resource->slots[fault];

    if (slot == NULL || slot->alarm.phase == ALARM_CLEAR)
        return FREE;
    return slot->alarm.phase == ALARM_PENDING ? HELD_BACK : MASKED;
}

/* What keeps @fault of @resource from being judged. */
static Hold
hold_of(const AlarmBook *book, const Resource *resource, FaultId fault)
{
    Hold hold = hold_by(resource->input, FAULT_WORKER_LOST);

    if (alarm_judge_rule(book, resource, fault)->spoiled_by_own_loss)
        hold = MAX(hold, hold_by(resource->input, FAULT_OWN_LOSS));
    if (alarm_off_air_covers(fault))
        hold = MAX(hold, hold_by(resource, FAULT_OFF_AIR));
    for (FaultId mask = fault_info(fault)->masked_by; mask != FAULT_NONE;
         mask = fault_info(mask)->masked_by)
        hold = MAX(hold, hold_by(resource, mask));
    return hold;
}

/* ---- Transitions ---- */

static Severity
severity_of(const FaultRule *fault_rule, const Slot *slot)
{
    const AlarmRule *rule = &fault_rule->alarm;

    if (slot->severity == SEVERITY_CLEARED)
        return alarm_severity(&slot->alarm, rule);
    return slot->alarm.escalated ? MAX(slot->severity, rule->escalated) : slot->severity;
}

static void
take_evidence(AlarmRecord *record, const Slot *slot)
{
    record->cause_scope = slot->cause_scope;
    record->reason = slot->reason;
    record->value = slot->value;
    record->members = MAX(record->members, slot->members);
    g_free(record->text);
    record->text = g_strdup(slot->text != NULL ? slot->text : fault_info(record->fault)->sentence);
}

static bool
stands_on(const Resource *resource, FaultId fault)
{
    return resource->slots[fault] != NULL && resource->slots[fault]->record != NULL;
}

/* Whether an alarm that is raised now belongs to what is still being learned. */
static bool
is_learning(const Resource *resource, FaultId fault, const FaultRule *rule)
{
    const bool nothing_left =
        (fault == FAULT_VIDEO_MISSING && stands_on(resource, FAULT_AUDIO_MISSING)) ||
        (fault == FAULT_AUDIO_MISSING && stands_on(resource, FAULT_VIDEO_MISSING));

    return resource->commissioning && rule->impact != IMPACT_OFF_AIR && !nothing_left;
}

static void
raise_alarm(AlarmBook *book,
            Resource *resource,
            FaultId fault,
            MonoUs due_us,
            AlarmNow now,
            GPtrArray *transitions)
{
    const FaultRule *rule = alarm_judge_rule(book, resource, fault);
    Slot *slot = resource->slots[fault];
    AlarmRecord *record = alarm_record_new(book->make_id(book->user_data), resource->name, fault);

    record->ordinal = ++book->ordinal;
    record->severity = severity_of(rule, slot);
    record->impact = rule->impact;
    alarm_record_set_quiet(record, QUIET_COMMISSIONING, is_learning(resource, fault, rule));
    record->raised_wall_us = alarm_now_wall(now, due_us);
    record->updated_us = now.us;
    take_evidence(record, slot);
    slot->record = record;
    alarm_acts_raised(resource, slot);
    g_hash_table_insert(book->records, record->id, record);
    AlarmTransition *transition =
        alarm_record_transition(record, ALARM_CHANGE_RAISED, due_us, now, NULL);

    transition->since_us = slot->alarm.since_us;
    g_ptr_array_add(transitions, transition);
}

static void
update_alarm(const FaultRule *rule, Slot *slot, MonoUs due_us, AlarmNow now, GPtrArray *transitions)
{
    slot->record->severity = MAX(slot->record->severity, severity_of(rule, slot));
    slot->record->updated_us = now.us;
    take_evidence(slot->record, slot);
    g_ptr_array_add(transitions,
                    alarm_record_transition(slot->record, ALARM_CHANGE_UPDATED, due_us, now, NULL));
}

/* Moves a record to the cleared ones, the oldest of which give way, but for those that a shelf
 * holds: of these there are no more than faults of resources. */
void
alarm_judge_retire(AlarmBook *book, AlarmRecord *record)
{
    GList *oldest = NULL;

    record->open = false;
    g_queue_push_tail(&book->cleared, record);
    if (g_queue_get_length(&book->cleared) <= ALARM_BOOK_MAX_CLEARED)
        return;
    oldest = g_queue_peek_head_link(&book->cleared);
    while (oldest != NULL && alarm_acts_is_pinned(book, oldest->data))
        oldest = oldest->next;
    if (oldest == NULL)
        return;
    record = oldest->data;
    g_queue_delete_link(&book->cleared, oldest);
    g_hash_table_remove(book->records, record->id);
}

void
alarm_judge_clear(AlarmBook *book, Slot *slot, MonoUs due_us, AlarmNow now, GPtrArray *transitions)
{
    AlarmRecord *record = g_steal_pointer(&slot->record);

    record->cleared_wall_us = alarm_now_wall(now, due_us);
    AlarmTransition *transition =
        alarm_record_transition(record, ALARM_CHANGE_CLEARED, due_us, now, NULL);

    /* Of a resource that vanished it is not known. */
    transition->since_us = slot->alarm.phase == ALARM_CLEAR ? slot->alarm.since_us : due_us;
    g_ptr_array_add(transitions, transition);
    alarm_judge_retire(book, record);
    alarm_acts_cleared(book, slot, now, transitions);
}

/* Takes fresh evidence into a standing alarm; a worse severity, and at times another cause or
 * finding, is worth an update. */
static void
refresh(const FaultRule *rule, Slot *slot, AlarmNow now, GPtrArray *transitions)
{
    AlarmRecord *record = slot->record;
    const bool other = record->cause_scope != slot->cause_scope || record->reason != slot->reason;

    if (severity_of(rule, slot) > record->severity ||
        (other && now.us - record->updated_us >= ALARM_BOOK_UPDATE_EVERY_US))
        update_alarm(rule, slot, now.us, now, transitions);
    else if (!other)
        take_evidence(record, slot);
}

/* ---- Judging ---- */

/* A mask stands: a pending alarm is forgotten, a standing one stays as it is. */
static void
freeze(Slot *slot)
{
    slot->frozen = true;
    if (slot->alarm.phase == ALARM_PENDING)
        slot->alarm.phase = ALARM_CLEAR;
    if (slot->alarm.phase == ALARM_CLEARING)
        slot->alarm.phase = ALARM_RAISED;
}

/* No mask stands any more, or the first observation after a restart has come: delays count from
 * here, or from the observation, and not from what was before. */
static void
thaw(Slot *slot, MonoUs now_us)
{
    if (slot->restored && slot->input.faulty)
        slot->alarm.since_us = MIN(slot->input.since_us, now_us);
    if (slot->frozen)
        slot->alarm.since_us = slot->not_before_us = now_us;
    slot->frozen = slot->restored = false;
}

static void
step_slot(AlarmBook *book, Resource *resource, FaultId fault, AlarmNow now, GPtrArray *transitions)
{
    const FaultRule *rule = alarm_judge_rule(book, resource, fault);
    Slot *slot = resource->slots[fault];
    const AlarmRule alarm = fault_rule_for(rule, slot->value);
    const AlarmPhase before = slot->alarm.phase;
    const MonoUs since_us = slot->alarm.since_us;
    AlarmInput input = slot->input;
    MonoUs due_us = now.us;

    input.faulty = input.faulty && !rule->off;
    input.since_us = MAX(input.since_us, slot->not_before_us);
    const AlarmEvent event = alarm_step(&slot->alarm, &alarm, input, now.us, &due_us);

    book->dirty = book->dirty || event != ALARM_NO_EVENT;
    switch (event) {
    case ALARM_EVENT_RAISED:
        raise_alarm(book, resource, fault, due_us, now, transitions);
        break;
    case ALARM_EVENT_ESCALATED:
        update_alarm(rule, slot, due_us, now, transitions);
        break;
    case ALARM_EVENT_CLEARED:
        alarm_judge_clear(book, slot, due_us, now, transitions);
        break;
    case ALARM_NO_EVENT:
        if (before == ALARM_PENDING && slot->alarm.phase == ALARM_CLEAR)
            alarm_note_short(book, resource, fault, since_us, now, transitions);
        if (before == ALARM_CLEARING && slot->alarm.phase == ALARM_RAISED)
            slot->record->count++;
        if (slot->record != NULL && input.faulty)
            refresh(rule, slot, now, transitions);
        break;
    }
}

/* Judges one slot. Returns whether its phase changed, which others may depend on. */
bool
alarm_judge(
    AlarmBook *book, Resource *resource, FaultId fault, AlarmNow now, GPtrArray *transitions)
{
    Slot *slot = resource->slots[fault];
    const AlarmPhase before = slot->alarm.phase;

    if (!slot->known)
        return false;
    switch (hold_of(book, resource, fault)) {
    case MASKED:
        freeze(slot);
        break;
    case HELD_BACK:
        break;
    case FREE:
        thaw(slot, now.us);
        step_slot(book, resource, fault, now, transitions);
        break;
    }
    book->dirty = book->dirty || slot->alarm.phase != before;
    return slot->alarm.phase != before;
}

void
alarm_judge_resource(AlarmBook *book, Resource *resource, AlarmNow now, GPtrArray *transitions)
{
    bool changed = true;

    for (unsigned pass = 0; changed && pass < MAX_PASSES; pass++) {
        changed = false;
        for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
            if (resource->slots[fault] != NULL)
                changed |= alarm_judge(book, resource, (FaultId)fault, now, transitions);
        }
    }
}

/* Nothing that was known about @channel holds any more. */
static void
forget_evidence(Resource *channel)
{
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        Slot *slot = channel->slots[fault];

        if (slot == NULL)
            continue;
        freeze(slot);
        slot->known = false;
    }
}

/* After @fault of an input changed its phase: what it means for the channels on it. */
void
alarm_judge_channels(AlarmBook *book, Resource *input, AlarmNow now, GPtrArray *transitions)
{
    const Slot *lost = input->slots[FAULT_WORKER_LOST];

    for (guint i = 0; i < input->channels->len; i++) {
        Resource *channel = g_ptr_array_index(input->channels, i);

        if (lost != NULL && lost->alarm.phase == ALARM_RAISED)
            forget_evidence(channel);
        alarm_judge_resource(book, channel, now, transitions);
    }
    book->dirty = true;
}

MonoUs
alarm_judge_deadline_us(const AlarmBook *book, const Resource *resource, FaultId fault)
{
    const Slot *slot = resource->slots[fault];

    if (slot == NULL || !slot->known || hold_of(book, resource, fault) != FREE)
        return US_NEVER;
    const AlarmRule alarm = fault_rule_for(alarm_judge_rule(book, resource, fault), slot->value);

    return alarm_deadline_us(&slot->alarm, &alarm);
}
