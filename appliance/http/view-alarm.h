/* Alarms as the API shows them (RFC 8632's shape). Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/events/event.h"
#include "appliance/model/snapshot.h"

#define ALARM_PAGE_MAX 1000u

typedef enum {
    ALARM_FILTER_OPEN, /* shelved ones, too */
    ALARM_FILTER_CLEARED,
    ALARM_FILTER_ALL,
    ALARM_FILTER_SHELVED,
} AlarmFilter;

typedef struct {
    AlarmFilter state;
    const char *channel; /* (nullable): slug of the only channel wanted */
    const char *group;   /* (nullable): the only group of channels wanted */
    const char *text;    /* (nullable): in sentence, channel's name, resource, owner or note */
    unsigned severities; /* bits 1 << Severity; 0: all */
    bool unacknowledged; /* only what nobody has dealt with */
    const char *after;   /* (nullable): id of the last alarm of the page before */
    unsigned limit;      /* 1 to ALARM_PAGE_MAX */
} AlarmQuery;

/* Whether @alarm of @snapshot is one of those that @query wants; pages aside. */
bool
view_alarm_is_wanted(const AlarmView *alarm, const Snapshot *snapshot, const AlarmQuery *query);

/* What the alarm is about, as the site calls it: its channel's name, else its resource. */
const char *view_alarm_subject(const AlarmView *alarm, const Snapshot *snapshot);

/* Appends one Alarm object. @key: (nullable): NULL inside an array. */
void view_alarm(GString *out, const char *key, const AlarmView *alarm, const Snapshot *snapshot);

/* The same object from a journal event. @runbooks: (nullable); @evidence: whether any is kept */
void view_alarm_of_event(
    GString *out, const char *key, const Event *event, const Runbooks *runbooks, bool evidence);

/* @event as it is told to whoever may not know of the incident that it belongs to. Borrows
 * everything from @event. */
Event view_event_alone(const Event *event);

/* It has stood for more than a day. */
bool view_alarm_is_stale(const AlarmView *alarm, const Snapshot *snapshot);

/* {"items":[...],"next_cursor":...,"last_cleared_at":...}. False, and nothing written, if @query's
 * @after is not known. @ret_next: (nullable) (out): id that the next page begins behind, of
 * @snapshot; NULL: this is the last
 */
bool
view_alarms(GString *out, const Snapshot *snapshot, const AlarmQuery *query, const char **ret_next);

/* Returns: (transfer none) (nullable): the alarm with @id. */
const AlarmView *view_find_alarm(const Snapshot *snapshot, const char *id);
