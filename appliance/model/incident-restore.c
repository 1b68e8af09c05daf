/* After a restart: parents, members and their ties, out of the alarm book's views. */
#include "appliance/model/incident-inside.h"

static MonoUs
mono_of(WallUs wall_us, AlarmNow now)
{
    return now.us - (now.wall_us - wall_us);
}

static void
restore_parent(IncidentBook *book, const AlarmView *view, AlarmNow now)
{
    const bool down = view->fault == FAULT_INTERFACE_DOWN;
    const Share *share = g_hash_table_lookup(book->shares, view->resource);
    ShareKind kind = SHARE_NIC;
    FaultFamily family = FAMILY_SILENT;

    if (!down && !incident_fault_parse(view->fault, view->resource, &kind, &family))
        return;
    if (down && !g_str_equal(view->incident_id, view->id))
        return; /* it joined one, which is restored by itself */
    Incident *incident = incident_add(book, view->id, view->resource);

    if (incident == NULL)
        return;
    incident->adopted = down;
    incident->kind = kind;
    incident->family = family;
    incident->fault = view->fault;
    incident->n_sharing = share != NULL ? share->n : 0;
    incident->gathered = incident->told = view->members;
    incident->formed_us = mono_of(view->raised_wall_us, now);
    incident->told_us = now.us;
    incident->severity = view->severity;
    incident->cause_scope = view->cause_scope;
}

static Incident *
find_incident(const IncidentBook *book, const char *alarm_id)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *incident = book->incidents->pdata[i];

        if (g_str_equal(incident->alarm_id, alarm_id))
            return incident;
    }
    return NULL;
}

static void
restore_member(IncidentBook *book, const AlarmView *view, WallUs fresh_wall_us, AlarmNow now)
{
    Subject *subject = g_hash_table_lookup(book->subjects, view->resource);
    Failing *failing = subject != NULL && incident_family(view->fault) != FAMILY_NONE
                           ? incident_track(book, subject, view->id, view->fault)
                           : NULL;

    if (failing == NULL)
        return;
    failing->severity = view->severity;
    failing->cause_scope = view->cause_scope;
    failing->quiet = view->quiet;
    failing->failed_us = mono_of(view->raised_wall_us, now);
    if (!g_str_equal(view->incident_id, view->id)) {
        failing->incident = find_incident(book, view->incident_id);
        if (failing->incident == NULL && alarm_book_stands(book->alarms, view->incident_id)) {
            failing->head_id = g_strdup(view->incident_id);
        } else if (failing->incident == NULL) {
            /* Its parent cleared just before the end. */
            failing->heard_us = failing->failed_us = book->gather_us = now.us;
            failing->quiet = view->quiet == QUIET_UNSTABLE ? QUIET_MEMBER : view->quiet;
            book->has_orphans = true;
        }
    } else if (view->raised_wall_us >= fresh_wall_us) {
        failing->heard_us = now.us;
        book->gather_us = now.us;
    }
    if (failing->incident == NULL)
        return;
    g_hash_table_add(failing->incident->members, failing);
    g_hash_table_add(failing->incident->ever, g_strdup(view->resource));
}

/* Parents that a wider one took over, and interfaces that joined one. */
static void
restore_ties(IncidentBook *book, const AlarmView *view)
{
    Incident *incident = find_incident(book, view->id);
    Incident *wider = find_incident(book, view->incident_id);
    GHashTableIter iter;
    gpointer key;

    if (wider == NULL || wider == incident)
        return;
    if (view->fault == FAULT_INTERFACE_DOWN && wider->down_id == NULL)
        wider->down_id = g_strdup(view->id);
    if (incident == NULL)
        return;
    incident->wider = wider;
    g_hash_table_iter_init(&iter, wider->members);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        const Share *share = ((Failing *)key)->subject->shares[incident->kind];

        if (share != NULL && g_str_equal(share->name, incident->resource))
            g_hash_table_add(incident->members, key);
    }
}

void
incident_book_restore(IncidentBook *book, const AlarmView *views, size_t n_views, AlarmNow now)
{
    WallUs last_wall_us = 0;

    for (size_t i = 0; i < n_views; i++) {
        last_wall_us = MAX(last_wall_us, views[i].changed_wall_us);
        if (views[i].cleared_wall_us == 0)
            restore_parent(book, &views[i], now);
    }
    for (size_t i = 0; i < n_views; i++) {
        if (views[i].cleared_wall_us == 0)
            restore_member(book, &views[i], last_wall_us - INCIDENT_TOGETHER_US, now);
    }
    for (size_t i = 0; i < n_views; i++) {
        if (views[i].cleared_wall_us == 0)
            restore_ties(book, &views[i]);
    }
    alarm_noise_restore(book->noise, views, n_views, now);
    book->deadline_us = now.us; /* what has no members any more ends */
}
