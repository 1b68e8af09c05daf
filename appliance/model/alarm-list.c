/* What people do with the entries of the alarm book, and what they see of them. */
#include "appliance/model/alarm-judge.h"
#include "appliance/model/alarm-rule-text.h"
#include "pipelines/base/error.h"
#include "pipelines/base/text.h"

#define WITH_INCIDENT "With the incident that it is part of"

static AlarmRecord *
find_record(AlarmBook *book, const OperatorAct *act, GError **error)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, act->alarm_id);

    if (record == NULL)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_NOT_FOUND, "no alarm has the id \"%.64s\"",
                    act->alarm_id);
    return record;
}

static void
note_act(AlarmRecord *record,
         AlarmChange change,
         const OperatorAct *act,
         AlarmNow now,
         GPtrArray *transitions)
{
    if (act->note != NULL && act->note[0] != '\0') {
        g_free(record->note);
        record->note = text_clean(act->note, ALARM_BOOK_MAX_NOTE);
    }
    g_ptr_array_add(transitions, alarm_record_transition(record, change, now.us, now, act));
}

static void
set_operator(AlarmRecord *record, OperatorState state, const char *owner)
{
    record->operator_state = state;
    g_free(record->owner);
    record->owner = g_strdup(owner);
}

/* The first who acknowledges has it; who wants it from them has it assigned. */
static bool
is_taken(const AlarmRecord *record, const OperatorAct *act, AlarmNow now, GError **error)
{
    if (record->operator_state != OPERATOR_ACK || g_strcmp0(record->owner, act->actor) == 0)
        return false;
    g_autofree char *ago = alarm_span_text(now.wall_us - record->acked_wall_us);

    g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT, "Already acknowledged by %s %s ago",
                record->owner, ago);
    return true;
}

static bool
may_ack(const AlarmRecord *record, const OperatorAct *act, GError **error)
{
    if (record->operator_state == OPERATOR_SHELVED)
        g_set_error(error, GANTRY_ERROR, GANTRY_ERROR_CONFLICT,
                    "the alarm is shelved by %s: take it back first", record->owner);
    else if (act->for_us < 0 || act->for_us > ALARM_BOOK_ACK_MAX_US)
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID,
                            "an acknowledgement lasts 7 days at most, or has no end");
    else
        return true;
    return false;
}

static bool
is_acked_alike(const AlarmRecord *record, const OperatorAct *act)
{
    return record->operator_state == OPERATOR_ACK && g_strcmp0(record->owner, act->actor) == 0 &&
           act->for_us == 0 && record->until_us == 0;
}

static void
ack_record(AlarmRecord *record, const OperatorAct *act, AlarmNow now, GPtrArray *transitions)
{
    set_operator(record, OPERATOR_ACK, act->actor);
    record->acked_wall_us = now.wall_us;
    record->for_us = act->for_us;
    record->until_us = act->for_us > 0 && record->open ? now.us + act->for_us : 0;
    record->until_wall_us = record->until_us != 0 ? now.wall_us + act->for_us : 0;
    note_act(record, ALARM_CHANGE_ACK, act, now, transitions);
}

static void
unack_record(AlarmRecord *record, const OperatorAct *act, AlarmNow now, GPtrArray *transitions)
{
    set_operator(record, OPERATOR_NONE, "");
    record->until_us = record->until_wall_us = 0;
    note_act(record, ALARM_CHANGE_UNACK, act, now, transitions);
}

/* ---- Incidents ---- */

static int
by_ordinal(gconstpointer a, gconstpointer b)
{
    const AlarmRecord *left = *(AlarmRecord *const *)a, *right = *(AlarmRecord *const *)b;

    return left->ordinal < right->ordinal ? -1 : left->ordinal > right->ordinal;
}

/* Adds what stands of the incident that @parent tells of, and of those within it. */
static void
gather_members(const AlarmBook *book, const AlarmRecord *parent, GPtrArray *members)
{
    GHashTableIter iter;
    gpointer value;
    const guint first = members->len;

    g_hash_table_iter_init(&iter, book->records);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const AlarmRecord *record = value;

        if (record->open && g_strcmp0(record->incident_id, parent->id) == 0 &&
            g_strcmp0(record->id, parent->id) != 0)
            g_ptr_array_add(members, value);
    }
    const guint end = members->len;

    for (guint i = first; i < end; i++) {
        const AlarmRecord *record = members->pdata[i];

        if (record->members > 0)
            gather_members(book, record, members);
    }
}

/* Returns: (transfer full) (element-type AlarmRecord): oldest first */
static GPtrArray *
members_of(const AlarmBook *book, const AlarmRecord *parent)
{
    GPtrArray *members = g_ptr_array_new();

    gather_members(book, parent, members);
    g_ptr_array_sort(members, by_ordinal);
    return members;
}

/* Who sees to the incident sees to its parts; what somebody has already stays theirs. */
static void
ack_members(AlarmBook *book,
            const AlarmRecord *parent,
            const OperatorAct *act,
            AlarmNow now,
            GPtrArray *transitions)
{
    g_autoptr(GPtrArray) members = members_of(book, parent);
    OperatorAct with = *act;

    with.note = WITH_INCIDENT;
    for (guint i = 0; i < members->len; i++) {
        AlarmRecord *record = members->pdata[i];

        if (record->operator_state == OPERATOR_NONE)
            ack_record(record, &with, now, transitions);
    }
}

/* Takes back what @owner acknowledged of the parts. */
static void
unack_members(AlarmBook *book,
              const AlarmRecord *parent,
              const char *owner,
              const OperatorAct *act,
              AlarmNow now,
              GPtrArray *transitions)
{
    g_autoptr(GPtrArray) members = members_of(book, parent);
    OperatorAct with = *act;

    with.note = WITH_INCIDENT;
    for (guint i = 0; i < members->len; i++) {
        AlarmRecord *record = members->pdata[i];

        if (record->operator_state == OPERATOR_ACK && g_strcmp0(record->owner, owner) == 0)
            unack_record(record, &with, now, transitions);
    }
}

void
alarm_ack_inherit(AlarmRecord *record,
                  const AlarmRecord *parent,
                  AlarmNow now,
                  GPtrArray *transitions)
{
    if (record->operator_state != OPERATOR_NONE || parent->operator_state != OPERATOR_ACK)
        return;
    const OperatorAct with = {
        .actor = parent->owner,
        .note = WITH_INCIDENT,
        .for_us = parent->until_us > 0 ? MAX(parent->until_us - now.us, 1) : 0,
    };

    ack_record(record, &with, now, transitions);
}

void
alarm_ack_disinherit(AlarmRecord *record, AlarmNow now, GPtrArray *transitions)
{
    if (record->operator_state != OPERATOR_ACK || g_strcmp0(record->note, WITH_INCIDENT) != 0)
        return;
    const OperatorAct without = {.actor = "", .note = "The incident that it was part of is over"};

    unack_record(record, &without, now, transitions);
}

/* ---- Acts ---- */

bool
alarm_book_ack(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error)
{
    AlarmRecord *record = find_record(book, act, error);

    if (record == NULL)
        return false;
    if (!may_ack(record, act, error) || is_taken(record, act, now, error))
        return false;
    if (is_acked_alike(record, act))
        return true;
    ack_record(record, act, now, transitions);
    ack_members(book, record, act, now, transitions);
    book->dirty = true;
    return true;
}

bool
alarm_book_unack(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error)
{
    AlarmRecord *record = find_record(book, act, error);

    if (record == NULL)
        return false;
    if (record->operator_state != OPERATOR_ACK)
        return true;
    g_autofree char *owner = g_strdup(record->owner);

    unack_record(record, act, now, transitions);
    unack_members(book, record, owner, act, now, transitions);
    book->dirty = true;
    return true;
}

bool
alarm_book_comment(
    AlarmBook *book, const OperatorAct *act, AlarmNow now, GPtrArray *transitions, GError **error)
{
    AlarmRecord *record = find_record(book, act, error);

    if (record == NULL)
        return false;
    if (act->note == NULL || act->note[0] == '\0') {
        g_set_error_literal(error, GANTRY_ERROR, GANTRY_ERROR_INVALID, "a comment needs a text");
        return false;
    }
    note_act(record, ALARM_CHANGE_COMMENT, act, now, transitions);
    return true;
}

void
alarm_book_set_event_seq(AlarmBook *book, const char *alarm_id, uint64_t event_seq)
{
    AlarmRecord *record = g_hash_table_lookup(book->records, alarm_id);

    if (record == NULL)
        return;
    record->event_seq = event_seq;
    record->first_seq = record->first_seq != 0 ? record->first_seq : event_seq;
}

uint64_t
alarm_book_oldest_event(const AlarmBook *book)
{
    GHashTableIter iter;
    gpointer value;
    uint64_t oldest = 0;

    g_hash_table_iter_init(&iter, book->records);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const AlarmRecord *record = value;

        if (record->open && record->first_seq != 0 && (oldest == 0 || record->first_seq < oldest))
            oldest = record->first_seq;
    }
    return oldest;
}

/* Standing ones before cleared ones, newest first. */
static int
by_worth(gconstpointer a, gconstpointer b)
{
    const AlarmRecord *left = *(AlarmRecord *const *)a, *right = *(AlarmRecord *const *)b;

    if (left->open != right->open)
        return left->open ? -1 : 1;
    return left->ordinal > right->ordinal ? -1 : left->ordinal < right->ordinal;
}

static int
by_age(gconstpointer a, gconstpointer b)
{
    const AlarmRecord *left = *(AlarmRecord *const *)a, *right = *(AlarmRecord *const *)b;

    return left->ordinal > right->ordinal ? -1 : left->ordinal < right->ordinal;
}

AlarmView *
alarm_book_views(const AlarmBook *book, size_t *ret_n)
{
    g_autoptr(GPtrArray) records = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, book->records);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(records, value);
    const size_t keep = MAX(alarm_book_count_open(book), ALARM_BOOK_MAX_CLEARED);

    g_ptr_array_sort(records, by_worth);
    if (records->len > keep)
        g_ptr_array_set_size(records, (gint)keep);
    g_ptr_array_sort(records, by_age);
    AlarmView *views = g_new0(AlarmView, records->len);

    for (guint i = 0; i < records->len; i++)
        alarm_record_view(g_ptr_array_index(records, i), &views[i]);
    *ret_n = records->len;
    return views;
}
