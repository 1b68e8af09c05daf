/* An interface that is down, and what receives nothing on it. */
#include "appliance/model/incident-inside.h"

/* The parent that noticed first: all of its members are on @share. (nullable) */
static Incident *
find_noticed(const IncidentBook *book, const Share *share)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *incident = book->incidents->pdata[i];

        if (incident->family == FAMILY_SILENT && !incident->adopted && incident->wider == NULL &&
            incident_lies_within(incident, share))
            return incident;
    }
    return NULL;
}

/* The parent that the interface was a moment ago. (nullable) */
static Incident *
find_closed(const IncidentBook *book, const char *resource)
{
    for (guint i = 0; i < book->incidents->len; i++) {
        Incident *incident = book->incidents->pdata[i];

        if (incident->adopted && g_str_equal(incident->resource, resource))
            return incident;
    }
    return NULL;
}

static void
join_noticed(IncidentBook *book,
             Incident *noticed,
             const char *alarm_id,
             AlarmNow now,
             GPtrArray *transitions)
{
    const AlarmJoin join = {
        .alarm_id = alarm_id, .incident_id = noticed->alarm_id, .quiet = QUIET_MEMBER};

    g_free(noticed->down_id);
    noticed->down_id = g_strdup(alarm_id);
    alarm_book_join(book->alarms, &join, now, transitions);
}

/* It went down again before all of its channels were back. */
static void
reopen(IncidentBook *book,
       Incident *closed,
       const char *alarm_id,
       AlarmNow now,
       GPtrArray *transitions)
{
    g_autoptr(GPtrArray) members = incident_list_members(closed);

    g_free(closed->alarm_id);
    closed->alarm_id = g_strdup(alarm_id);
    closed->closed_us = 0;
    for (guint i = 0; i < members->len; i++)
        incident_join(book, closed, members->pdata[i], now, transitions);
}

/* What has just failed on it and still waits for its incident. */
static void
take_waiting(IncidentBook *book, Incident *incident, AlarmNow now, GPtrArray *transitions)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, book->failing);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Failing *failing = value;
        const Share *share = failing->subject->shares[SHARE_NIC];

        if (share != NULL && g_str_equal(share->name, incident->resource) &&
            incident_is_single(failing, FAMILY_SILENT, failing->failed_us, now.us))
            incident_join(book, incident, failing, now, transitions);
    }
}

void
incident_hear_interface(IncidentBook *book,
                        const AlarmTransition *transition,
                        AlarmNow now,
                        GPtrArray *transitions)
{
    const Share *share = g_hash_table_lookup(book->shares, transition->resource);
    Incident *noticed = share != NULL ? find_noticed(book, share) : NULL;
    Incident *closed = find_closed(book, transition->resource);

    if (share == NULL || transition->quiet != QUIET_NONE)
        return;
    if (noticed != NULL) {
        join_noticed(book, noticed, transition->alarm_id, now, transitions);
        return;
    }
    if (closed != NULL) {
        reopen(book, closed, transition->alarm_id, now, transitions);
        return;
    }
    Incident *adopted = incident_add(book, transition->alarm_id, transition->resource);

    if (adopted == NULL)
        return;
    adopted->adopted = true;
    adopted->kind = SHARE_NIC;
    adopted->family = FAMILY_SILENT;
    adopted->fault = transition->fault;
    adopted->n_sharing = share->n;
    adopted->severity = transition->severity;
    adopted->formed_us = adopted->told_us = now.us;
    take_waiting(book, adopted, now, transitions);
}
