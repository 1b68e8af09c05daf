/* Alarms as the API shows them (RFC 8632's shape). Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "appliance/events/event.h"
#include "appliance/model/snapshot.h"

#define ALARM_PAGE_MAX 1000u

typedef enum { ALARM_FILTER_OPEN, ALARM_FILTER_CLEARED, ALARM_FILTER_ALL } AlarmFilter;

typedef struct {
    AlarmFilter state;
    const char *channel; /* (nullable): slug of the only channel wanted */
    const char *after;   /* (nullable): id of the last alarm of the page before */
    unsigned limit;      /* 1 to ALARM_PAGE_MAX */
} AlarmQuery;

/* Appends one Alarm object. @key: (nullable): NULL inside an array. */
void view_alarm(GString *out, const char *key, const AlarmView *alarm, const Snapshot *snapshot);

/* The same object from a journal event. @runbooks: (nullable); @evidence: whether any is kept */
void view_alarm_of_event(
    GString *out, const char *key, const Event *event, const Runbooks *runbooks, bool evidence);

/* It has stood for more than a day. */
bool view_alarm_is_stale(const AlarmView *alarm, const Snapshot *snapshot);

/* {"items":[...],"next_cursor":...}. False, and nothing written, if @query's @after is not known.
 */
bool view_alarms(GString *out, const Snapshot *snapshot, const AlarmQuery *query);

/* Returns: (transfer none) (nullable): the alarm with @id. */
const AlarmView *view_find_alarm(const Snapshot *snapshot, const char *id);
