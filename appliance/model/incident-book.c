/* What is heard of alarms, and who shares what. */
#include "appliance/model/incident-inside.h"

#include <string.h>

static void
share_free(gpointer data)
{
    Share *share = data;

    g_free(share->name);
    g_free(share);
}

static void
subject_free(gpointer data)
{
    Subject *subject = data;

    g_ptr_array_unref(subject->failing);
    g_free(subject->resource);
    g_free(subject);
}

static void
failing_free(gpointer data)
{
    Failing *failing = data;

    g_free(failing->alarm_id);
    g_free(failing->head_id);
    g_free(failing);
}

IncidentBook *
incident_book_new(AlarmBook *alarms)
{
    IncidentBook *book = g_new0(IncidentBook, 1);

    book->alarms = alarms;
    book->noise = alarm_noise_new(alarms);
    book->shares = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, share_free);
    book->subjects = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, subject_free);
    book->failing = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, failing_free);
    book->incidents = g_ptr_array_new();
    book->gather_us = book->deadline_us = US_NEVER;
    return book;
}

void
incident_book_free(IncidentBook *book)
{
    if (book == NULL)
        return;
    g_ptr_array_unref(book->incidents);
    g_hash_table_unref(book->failing);
    g_hash_table_unref(book->subjects);
    g_hash_table_unref(book->shares);
    alarm_noise_free(book->noise);
    g_free(book);
}

IncidentCounts
incident_book_counts(const IncidentBook *book)
{
    IncidentCounts counts = book->counts;

    counts.standing = book->incidents->len;
    counts.flood = alarm_noise_is_flood(book->noise);
    return counts;
}

MonoUs
incident_book_deadline_us(const IncidentBook *book)
{
    return book->deadline_us;
}

/* ---- Sharing ---- */

static Share *
share_of(IncidentBook *book, ShareKind kind, const char *name)
{
    Share *share = g_hash_table_lookup(book->shares, name);

    if (share == NULL) {
        share = g_new0(Share, 1);
        share->name = g_strdup(name);
        share->kind = kind;
        g_hash_table_insert(book->shares, share->name, share);
    }
    share->n++;
    return share;
}

static Subject *
subject_of(IncidentBook *book, const char *resource)
{
    Subject *subject = g_hash_table_lookup(book->subjects, resource);

    if (subject != NULL)
        return subject;
    subject = g_new0(Subject, 1);
    subject->resource = g_strdup(resource);
    subject->failing = g_ptr_array_new();
    g_hash_table_insert(book->subjects, subject->resource, subject);
    return subject;
}

/* Who has left the inventory is forgotten with its last alarm. */
static gboolean
is_forgotten(gpointer key, gpointer value, gpointer user_data)
{
    const Subject *subject = value;

    for (ShareKind kind = 0; kind < SHARE_COUNT; kind++) {
        if (subject->shares[kind] != NULL)
            return FALSE;
    }
    return subject->failing->len == 0;
}

void
incident_book_set_sharing(IncidentBook *book, const Sharing *sharing, size_t n)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, book->subjects);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        memset(((Subject *)value)->shares, 0, sizeof((Subject *)value)->shares);
    g_hash_table_remove_all(book->shares);
    for (size_t i = 0; i < n; i++) {
        Subject *subject = subject_of(book, sharing[i].resource);

        for (ShareKind kind = 0; kind < SHARE_COUNT; kind++) {
            if (sharing[i].names[kind] != NULL)
                subject->shares[kind] = share_of(book, kind, sharing[i].names[kind]);
        }
    }
    g_hash_table_foreach_remove(book->subjects, is_forgotten, NULL);
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *incident = book->incidents->pdata[i];
        const Share *share = g_hash_table_lookup(book->shares, incident->resource);

        incident->n_sharing = share != NULL ? share->n : incident->n_sharing;
    }
}

/* ---- Where an alarm belongs ---- */

static bool
covers(const Incident *incident, const Failing *failing)
{
    const Share *share = failing->subject->shares[incident->kind];

    return incident->family == failing->family && incident->wider == NULL && share != NULL &&
           incident->closed_us == 0 && g_str_equal(share->name, incident->resource);
}

static Incident *
find_standing(const IncidentBook *book, const Failing *failing)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        if (covers(book->incidents->pdata[i], failing))
            return book->incidents->pdata[i];
    }
    return NULL;
}

/* The alarm of the same channel that tells of @failing. (nullable) */
static const Failing *
find_head(const Failing *failing)
{
    const GPtrArray *others = failing->subject->failing;

    for (guint i = 0; i < others->len; i++) {
        const Failing *other = others->pdata[i];

        if (other != failing && (other->quiet == QUIET_NONE || other->quiet == QUIET_MEMBER) &&
            incident_head_speaks_for(other->fault, failing->fault))
            return other;
    }
    return NULL;
}

static void
join_head(
    IncidentBook *book, const Failing *head, Failing *failing, AlarmNow now, GPtrArray *transitions)
{
    const AlarmJoin join = {.alarm_id = failing->alarm_id,
                            .incident_id = head->alarm_id,
                            .quiet = QUIET_MEMBER,
                            .first_out = failing->failed_us < head->failed_us};

    g_free(failing->head_id);
    failing->head_id = g_strdup(head->alarm_id);
    failing->quiet = QUIET_MEMBER;
    alarm_book_join(book->alarms, &join, now, transitions);
}

/* A choice is due a while after the first failure, a little later if more are still coming, and at
 * once if this process is late: receivers count from the failure. */
static void
wait_for_others(IncidentBook *book, MonoUs failed_us, MonoUs now_us)
{
    const MonoUs from_us = CLAMP(failed_us, now_us - INCIDENT_GATHER_MAX_US, now_us);

    if (book->gather_us == US_NEVER) {
        book->gathering_us = from_us;
        book->gather_us = from_us + INCIDENT_GATHER_US;
        return;
    }
    book->gathering_us = MIN(book->gathering_us, from_us);
    book->gather_us = MIN(MAX(book->gather_us, now_us + INCIDENT_MORE_US),
                          book->gathering_us + INCIDENT_GATHER_MAX_US);
}

/* Lets @failing, which stands for itself, find its incident, or wait for one. */
static void
place(IncidentBook *book, Failing *failing, AlarmNow now, GPtrArray *transitions)
{
    Incident *standing = find_standing(book, failing);
    const Failing *head = find_head(failing);

    if (standing != NULL) {
        incident_join(book, standing, failing, now, transitions);
        return;
    }
    if (head != NULL)
        join_head(book, head, failing, now, transitions);
    failing->heard_us = now.us;
    wait_for_others(book, failing->failed_us, now.us);
}

/* What stands of the parts that @head tells of joins it. */
static void
take_parts(IncidentBook *book, const Failing *head, AlarmNow now, GPtrArray *transitions)
{
    const GPtrArray *others = head->subject->failing;

    for (guint i = 0; i < others->len; i++) {
        Failing *other = others->pdata[i];
        const bool together = head->fault == FAULT_OFF_AIR ||
                              head->failed_us - other->failed_us <= INCIDENT_TOGETHER_US;

        if (together && other->incident == NULL && other->quiet == QUIET_NONE &&
            incident_head_speaks_for(head->fault, other->fault))
            join_head(book, head, other, now, transitions);
    }
}

/* ---- Hearing ---- */

Failing *
incident_track(IncidentBook *book, Subject *subject, const char *alarm_id, FaultId fault)
{
    Failing *failing = NULL;

    if (g_hash_table_size(book->failing) >= INCIDENT_MAX_FAILING) {
        book->counts.not_tracked++;
        return NULL;
    }
    failing = g_new0(Failing, 1);
    failing->alarm_id = g_strdup(alarm_id);
    failing->subject = subject;
    failing->fault = fault;
    failing->family = incident_family(fault);
    g_hash_table_insert(book->failing, failing->alarm_id, failing);
    g_ptr_array_add(subject->failing, failing);
    return failing;
}

static void
hear_raised(IncidentBook *book,
            const AlarmTransition *transition,
            AlarmNow now,
            GPtrArray *transitions)
{
    Subject *subject = g_hash_table_lookup(book->subjects, transition->resource);

    if (transition->fault == FAULT_INTERFACE_DOWN)
        incident_hear_interface(book, transition, now, transitions);
    if (subject == NULL || incident_family(transition->fault) == FAMILY_NONE)
        return;
    Failing *failing = incident_track(book, subject, transition->alarm_id, transition->fault);

    if (failing == NULL)
        return;
    failing->severity = transition->severity;
    failing->cause_scope = transition->cause_scope;
    failing->failed_us = transition->at_us;
    failing->quiet = transition->quiet;
    if (failing->quiet != QUIET_NONE)
        return;
    place(book, failing, now, transitions);
    take_parts(book, failing, now, transitions);
}

/* People, the calendar and others change what is quiet; an alarm grows worse. */
static void
hear_changed(IncidentBook *book,
             Failing *failing,
             const AlarmTransition *transition,
             AlarmNow now,
             GPtrArray *transitions)
{
    const AlarmQuiet before = failing->quiet;
    Incident *incident = failing->incident;

    failing->quiet = transition->quiet;
    failing->severity = MAX(failing->severity, transition->severity);
    if (incident != NULL && failing->severity > incident->severity) {
        incident->severity = failing->severity;
        incident->worse = true;
    }
    if (transition->quiet != QUIET_NONE || before == QUIET_NONE)
        return;
    if (incident != NULL)
        incident_join(book, incident, failing, now, transitions);
    else
        place(book, failing, now, transitions);
}

static void
hear_member_cleared(IncidentBook *book, Failing *failing, AlarmNow now, GPtrArray *transitions)
{
    GPtrArray *others = failing->subject->failing;

    g_ptr_array_remove_fast(others, failing);
    for (guint i = 0; i < book->incidents->len; i++)
        g_hash_table_remove(((Incident *)book->incidents->pdata[i])->members, failing);
    for (guint i = 0; i < others->len; i++) {
        Failing *other = others->pdata[i];

        if (g_strcmp0(other->head_id, failing->alarm_id) == 0)
            incident_release(book, other, now, transitions);
    }
    g_hash_table_remove(book->failing, failing->alarm_id);
}

static void
hear_parent_cleared(IncidentBook *book, const char *alarm_id, AlarmNow now, GPtrArray *transitions)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *incident = book->incidents->pdata[i];

        if (g_strcmp0(incident->down_id, alarm_id) == 0)
            g_clear_pointer(&incident->down_id, g_free);
        if (!g_str_equal(incident->alarm_id, alarm_id))
            continue;
        if (incident->adopted)
            incident->closed_us = now.us;
        else
            incident_dissolve(book, incident, now, transitions);
        return;
    }
}

static void
hear(IncidentBook *book, const AlarmTransition *transition, AlarmNow now, GPtrArray *transitions)
{
    Failing *failing = g_hash_table_lookup(book->failing, transition->alarm_id);

    if (transition->change == ALARM_CHANGE_RAISED)
        hear_raised(book, transition, now, transitions);
    else if (transition->change != ALARM_CHANGE_CLEARED && failing != NULL)
        hear_changed(book, failing, transition, now, transitions);
    else if (transition->change == ALARM_CHANGE_CLEARED && failing != NULL)
        hear_member_cleared(book, failing, now, transitions);
    else if (transition->change == ALARM_CHANGE_CLEARED)
        hear_parent_cleared(book, transition->alarm_id, now, transitions);
}

/* ---- Time ---- */

/* Who found no new parent stands for itself. */
static void
release_orphans(IncidentBook *book, AlarmNow now, GPtrArray *transitions)
{
    GHashTableIter iter;
    gpointer value;

    book->has_orphans = false;
    g_hash_table_iter_init(&iter, book->failing);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Failing *failing = value;

        if (failing->incident == NULL && failing->head_id == NULL)
            incident_release(book, failing, now, transitions);
    }
}

static void
step(IncidentBook *book, AlarmNow now, GPtrArray *transitions)
{
    if (book->gather_us <= now.us) {
        book->gather_us = US_NEVER;
        for (FaultFamily family = FAMILY_SILENT; family < FAMILY_COUNT; family++)
            incident_choose(book, family, now, transitions);
        if (book->has_orphans)
            release_orphans(book, now, transitions);
    }
    for (guint i = book->incidents->len; i-- > 0;) {
        if (i < book->incidents->len)
            incident_step(book, book->incidents->pdata[i], now, transitions);
    }
    alarm_noise_step(book->noise, now, transitions);
    book->deadline_us = MIN(book->gather_us, alarm_noise_deadline_us(book->noise));
    for (guint i = 0; i < book->incidents->len; i++)
        book->deadline_us = MIN(book->deadline_us, incident_deadline_us(book->incidents->pdata[i]));
}

void
incident_book_take(IncidentBook *book, GPtrArray *transitions, AlarmNow now)
{
    guint next = 0;

    if (transitions->len == 0 && book->deadline_us > now.us)
        return;
    do {
        for (; next < transitions->len; next++) {
            const AlarmTransition *transition = transitions->pdata[next];

            hear(book, transition, now, transitions);
            alarm_noise_hear(book->noise, transition, now, transitions);
        }
        step(book, now, transitions);
    } while (next < transitions->len);
}
