/* Slots of evidence by resource and fault, each with an alarm, judged in the light of the others.
 */
#include "appliance/model/alarm-acts.h"
#include "appliance/model/alarm-judge.h"
#include "appliance/model/alarm-off-air.h"

static void
slot_free(Slot *slot)
{
    if (slot == NULL)
        return;
    alarm_acts_shelf_free(slot->shelf);
    g_free(slot->text);
    g_free(slot);
}

static void
resource_free(gpointer data)
{
    Resource *resource = data;

    for (unsigned i = 0; i <= FAULT_NUMBER_MAX; i++)
        slot_free(resource->slots[i]);
    g_ptr_array_unref(resource->channels);
    alarm_profile_unref(resource->profile);
    g_free(resource->name);
    g_free(resource);
}

AlarmBook *
alarm_book_new(const AlarmProfile *profile,
               char *(*make_id)(gpointer user_data),
               gpointer user_data)
{
    AlarmBook *book = g_new0(AlarmBook, 1);

    book->profile = profile;
    book->policy = alarm_policy_default();
    book->make_id = make_id;
    book->user_data = user_data;
    book->resources = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, resource_free);
    book->records =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)alarm_record_free);
    g_queue_init(&book->cleared);
    book->deadline_us = US_NEVER;
    return book;
}

void
alarm_book_free(AlarmBook *book)
{
    if (book == NULL)
        return;
    g_queue_clear(&book->cleared);
    g_hash_table_unref(book->resources);
    g_hash_table_unref(book->records);
    g_free(book);
}

void
alarm_book_set_policy(AlarmBook *book, const AlarmPolicy *policy)
{
    book->dirty = book->dirty || book->policy.remind_after_us != policy->remind_after_us;
    book->policy = *policy;
}

Resource *
alarm_judge_resource_of(AlarmBook *book, const char *name)
{
    Resource *resource = g_hash_table_lookup(book->resources, name);

    if (resource != NULL)
        return resource;
    resource = g_new0(Resource, 1);
    resource->name = g_strdup(name);
    resource->channels = g_ptr_array_new();
    g_hash_table_insert(book->resources, resource->name, resource);
    return resource;
}

Slot *
alarm_judge_slot_of(Resource *resource, FaultId fault)
{
    const unsigned number = MIN((unsigned)fault, FAULT_NUMBER_MAX);

    if (resource->slots[number] == NULL)
        resource->slots[number] = g_new0(Slot, 1);
    return resource->slots[number];
}

void
alarm_book_set_input(AlarmBook *book, const char *resource, const char *input)
{
    Resource *channel = alarm_judge_resource_of(book, resource);
    Resource *carrier = alarm_judge_resource_of(book, input);

    if (channel->input == carrier)
        return;
    if (channel->input != NULL)
        g_ptr_array_remove_fast(channel->input->channels, channel);
    channel->input = carrier;
    g_ptr_array_add(carrier->channels, channel);
}

void
alarm_book_set_profile(AlarmBook *book, const char *resource, AlarmProfile *profile)
{
    Resource *found = alarm_judge_resource_of(book, resource);

    if (found->profile == profile)
        return;
    alarm_profile_unref(found->profile);
    found->profile = profile != NULL ? alarm_profile_ref(profile) : NULL;
    book->dirty = true;
}

void
alarm_book_set_commissioning(
    AlarmBook *book, const char *resource, bool commissioning, AlarmNow now, GPtrArray *transitions)
{
    Resource *found = alarm_judge_resource_of(book, resource);

    found->commissioning = commissioning;
    for (unsigned fault = 0; !commissioning && fault <= FAULT_NUMBER_MAX; fault++) {
        AlarmRecord *record = found->slots[fault] != NULL ? found->slots[fault]->record : NULL;

        if (record == NULL || record->quiet == QUIET_NONE)
            continue;
        alarm_record_set_quiet(record, QUIET_COMMISSIONING, false);
        if (record->quiet != QUIET_NONE)
            continue;
        g_ptr_array_add(transitions,
                        alarm_record_transition(record, ALARM_CHANGE_UPDATED, now.us, now, NULL));
    }
}

const AlarmProfile *
alarm_book_get_profile(const AlarmBook *book, const char *resource)
{
    const Resource *found = g_hash_table_lookup(book->resources, resource);

    return found != NULL && found->profile != NULL ? found->profile : book->profile;
}

static void
take_observation(Slot *slot, const Observation *observation, MonoUs now_us)
{
    const bool same = slot->known && slot->input.faulty == observation->faulty;
    const MonoUs since_us = observation->since_us != 0 ? observation->since_us
                            : same                     ? slot->input.since_us
                                                       : now_us;

    slot->known = true;
    slot->input = (AlarmInput){.faulty = observation->faulty, .since_us = since_us};
    if (!observation->faulty)
        return;
    slot->severity = observation->severity;
    slot->cause_scope = observation->cause_scope;
    slot->reason = observation->reason;
    slot->value = observation->value;
    slot->members = observation->members;
    if (g_strcmp0(slot->text, observation->text) == 0)
        return;
    g_free(slot->text);
    slot->text = g_strdup(observation->text);
}

static void
drop_old(AlarmBook *book, WallUs wall_us)
{
    GList *link = g_queue_peek_head_link(&book->cleared);

    while (link != NULL) {
        AlarmRecord *record = link->data;
        GList *next = link->next;

        if (wall_us - record->cleared_wall_us <= ALARM_BOOK_KEEP_CLEARED_US)
            return;
        if (!alarm_acts_is_pinned(book, record)) {
            g_queue_delete_link(&book->cleared, link);
            g_hash_table_remove(book->records, record->id);
        }
        link = next;
    }
}

void
alarm_book_observe(AlarmBook *book,
                   const Observation *observation,
                   AlarmNow now,
                   GPtrArray *transitions)
{
    Resource *resource = alarm_judge_resource_of(book, observation->resource);
    const FaultId fault = (FaultId)MIN((unsigned)observation->fault, FAULT_NUMBER_MAX);
    Slot *slot = alarm_judge_slot_of(resource, fault);

    drop_old(book, now.wall_us);
    book->dirty = book->dirty || !slot->known;
    take_observation(slot, observation, now.us);
    alarm_off_air_observe(book, resource, fault, now, transitions);
    if (!alarm_judge(book, resource, fault, now, transitions))
        return;
    alarm_judge_resource(book, resource, now, transitions);
    alarm_judge_channels(book, resource, now, transitions);
}

/* ---- Time ---- */

static MonoUs
find_deadline_us(const AlarmBook *book)
{
    MonoUs deadline_us = US_NEVER;
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, book->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++)
            deadline_us = MIN(
                MIN(deadline_us, alarm_acts_deadline_us(book, ((Resource *)value)->slots[fault])),
                alarm_judge_deadline_us(book, value, (FaultId)fault));
    }
    return deadline_us;
}

MonoUs
alarm_book_deadline_us(AlarmBook *book)
{
    if (book->dirty)
        book->deadline_us = find_deadline_us(book);
    book->dirty = false;
    return book->deadline_us;
}

/* Judges what is due on @resource, and what depends on it. */
static void
step_resource(AlarmBook *book, Resource *resource, AlarmNow now, GPtrArray *transitions)
{
    bool changed = false;

    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        if (alarm_judge_deadline_us(book, resource, (FaultId)fault) <= now.us)
            changed |= alarm_judge(book, resource, (FaultId)fault, now, transitions);
        if (alarm_acts_deadline_us(book, resource->slots[fault]) <= now.us)
            alarm_acts_step(book, resource->slots[fault], now, transitions);
    }
    if (!changed)
        return;
    alarm_judge_resource(book, resource, now, transitions);
    alarm_judge_channels(book, resource, now, transitions);
}

void
alarm_book_step(AlarmBook *book, AlarmNow now, GPtrArray *transitions)
{
    GHashTableIter iter;
    gpointer value;

    drop_old(book, now.wall_us);
    if (alarm_book_deadline_us(book) > now.us)
        return;
    g_hash_table_iter_init(&iter, book->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        step_resource(book, value, now, transitions);
    book->dirty = true;
}

/* ---- Inventory ---- */

static void
close_resource(AlarmBook *book, Resource *resource, AlarmNow now, GPtrArray *transitions)
{
    for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++) {
        Slot *slot = resource->slots[fault];

        if (slot != NULL && slot->record != NULL) {
            g_free(slot->record->text);
            slot->record->text = g_strdup("It is no longer in the inventory");
            alarm_judge_clear(book, slot, now.us, now, transitions);
        }
        if (slot != NULL)
            alarm_acts_drop(book, slot, now, transitions);
    }
    if (resource->input != NULL)
        g_ptr_array_remove_fast(resource->input->channels, resource);
    for (guint i = 0; i < resource->channels->len; i++)
        ((Resource *)g_ptr_array_index(resource->channels, i))->input = NULL;
}

void
alarm_book_retain(AlarmBook *book,
                  bool (*exists)(const char *resource, gpointer user_data),
                  gpointer user_data,
                  AlarmNow now,
                  GPtrArray *transitions)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, book->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        if (exists(((Resource *)value)->name, user_data))
            continue;
        close_resource(book, value, now, transitions);
        g_hash_table_iter_remove(&iter);
    }
    book->dirty = true;
}

/* ---- Replay ---- */

static AlarmRecord *
record_for_replay(AlarmBook *book, const AlarmTransition *transition)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, transition->alarm_id);

    if (record != NULL)
        return record;
    record = alarm_record_new(g_strdup(transition->alarm_id), transition->resource,
                              (FaultId)MIN((unsigned)transition->fault, FAULT_NUMBER_MAX));
    record->ordinal = ++book->ordinal;
    g_hash_table_insert(book->records, record->id, record);
    return record;
}

/* Lets @record stand on its slot again, not judged before it is observed. */
static void
reopen(AlarmBook *book, AlarmRecord *record)
{
    Resource *resource = alarm_judge_resource_of(book, record->resource);
    const AlarmRule *rule = &alarm_judge_rule(book, resource, record->fault)->alarm;
    Slot *slot = alarm_judge_slot_of(resource, record->fault);

    if (slot->record != NULL && slot->record != record)
        alarm_judge_retire(book, slot->record); /* the journal lost its clear */
    slot->record = record;
    slot->known = false;
    slot->restored = true;
    slot->alarm = (Alarm){
        .phase = ALARM_RAISED,
        .escalated = rule->escalate_after_us > 0 && record->severity >= rule->escalated,
    };
}

void
alarm_book_replay(AlarmBook *book, const AlarmTransition *transition, uint64_t event_seq)
{
    if (transition->change == ALARM_CHANGE_NOTED)
        return; /* there never was an alarm */
    AlarmRecord *record = record_for_replay(book, transition);
    const bool stands =
        transition->change != ALARM_CHANGE_CLEARED && transition->cleared_wall_us == 0;

    alarm_record_replay(record, transition);
    alarm_acts_replay(
        alarm_judge_slot_of(alarm_judge_resource_of(book, record->resource), record->fault), record,
        transition);
    record->event_seq = event_seq;
    record->first_seq = record->first_seq != 0 ? record->first_seq : event_seq;
    book->dirty = true;
    if (stands && record->open) {
        reopen(book, record);
        return;
    }
    if (!record->open)
        return;
    Slot *slot =
        alarm_judge_slot_of(alarm_judge_resource_of(book, record->resource), record->fault);

    if (slot->record == record) {
        slot->record = NULL;
        slot->alarm = (Alarm){0};
    }
    alarm_judge_retire(book, record);
}

void
alarm_book_resume(AlarmBook *book, AlarmNow now)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, book->resources);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        for (unsigned fault = 0; fault <= FAULT_NUMBER_MAX; fault++)
            alarm_acts_resume(book, value, fault, now);
    }
}

/* ---- Questions ---- */

static const Slot *
find_slot(const AlarmBook *book, const char *resource, FaultId fault)
{
    const Resource *found = g_hash_table_lookup(book->resources, resource);

    return found == NULL || (unsigned)fault > FAULT_NUMBER_MAX ? NULL : found->slots[fault];
}

bool
alarm_book_is_open(const AlarmBook *book, const char *resource, FaultId fault)
{
    const Slot *slot = find_slot(book, resource, fault);

    return slot != NULL && slot->record != NULL;
}

bool
alarm_book_is_unheard(const AlarmBook *book, const char *resource, FaultId fault)
{
    const Slot *slot = find_slot(book, resource, fault);

    return slot != NULL && slot->record != NULL && slot->restored && !slot->known;
}

Severity
alarm_book_worst(const AlarmBook *book, const char *resource, const char **ret_text)
{
    const Resource *found = g_hash_table_lookup(book->resources, resource);
    const AlarmRecord *worst = NULL;

    for (unsigned fault = 0; found != NULL && fault <= FAULT_NUMBER_MAX; fault++) {
        const Slot *slot = found->slots[fault];

        if (slot != NULL && slot->record != NULL &&
            (worst == NULL || slot->record->severity > worst->severity))
            worst = slot->record;
    }
    if (ret_text != NULL)
        *ret_text = worst != NULL ? worst->text : "";
    return worst != NULL ? worst->severity : SEVERITY_CLEARED;
}

size_t
alarm_book_count_open(const AlarmBook *book)
{
    return g_hash_table_size(book->records) - book->cleared.length;
}
