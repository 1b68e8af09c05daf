/* Which events one receiver is told: severity, groups, channels, impact, hours, scope, level. Pure:
 * the time of the week is an argument. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "appliance/model/snapshot.h"

#define NOTIFY_MAX_HOURS 16u
#define NOTIFY_MAX_NAMES 512u  /* channels, or groups, of one policy */
#define NOTIFY_WEEK_MIN  10080 /* minutes of a week */
#define NOTIFY_LEVEL_MAX 9u

/* "mon-fri 08:00-18:00"; an end before the begin is on the next day. */
typedef struct {
    uint8_t days;      /* bit 0 is Monday: the days on which it begins */
    uint16_t from_min; /* of the day, 0 to 1439 */
    uint16_t to_min;   /* above from_min, up to 2880 */
} NotifyHours;

/* All zeroes: everything, always. */
typedef struct {
    Severity min_severity; /* alarms below are not told */
    unsigned impacts;      /* bits 1 << ImpactClass; 0: all */
    unsigned level;        /* hears only reminders from this number on; 0: everything */
    bool scoped;           /* a broadcaster's: its channels and groups alone, nothing of the box */
    GStrv channels;        /* (nullable): ids; NULL or empty: all, but for a scoped one none */
    GStrv groups;          /* (nullable): the same; a channel counts if either names it */
    NotifyHours hours[NOTIFY_MAX_HOURS]; /* @n_hours entries; none: always */
    size_t n_hours;
    char *time_zone; /* (nullable) of @hours: "Europe/Berlin"; NULL or "": the machine's */
} NotifyPolicy;

/* What is known of an event. Strings are (transfer none). */
typedef struct {
    const char *resource; /* "channel/ID", "group/NAME", "box", ... */
    const char *group;    /* of the channel, "" for none */
    Severity severity;
    ImpactClass impact;
    AlarmQuiet quiet;
    bool is_reminder;
    unsigned reminder; /* its number, from 1 */
    bool is_update;    /* text, severity or members changed, nothing else */
} NotifyFacts;

typedef enum {
    NOTIFY_NEVER, /* not this receiver's business, ever */
    NOTIFY_QUIET, /* its business, but quiet now */
    NOTIFY_TELL,
} NotifyVerdict;

/* @announced: the receiver heard of the alarm before: it is told on until the end, however mild it
 * has become, and of all but mere updates while it is quiet. */
NotifyVerdict notify_decide(const NotifyPolicy *policy, const NotifyFacts *facts, bool announced);

/* Minutes from @minute_of_week (0 is Monday 00:00) until the receiver's hours begin; 0: now. */
unsigned notify_opens_in_min(const NotifyPolicy *policy, unsigned minute_of_week);

/* %GANTRY_ERROR_INVALID says what is expected. */
bool notify_hours_parse(const char *text,
                        NotifyHours *ret_hours,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *notify_hours_format(const NotifyHours *hours); /* (transfer full) */

void notify_policy_clear(NotifyPolicy *policy);
void notify_policy_copy(const NotifyPolicy *from, NotifyPolicy *ret_to);
bool notify_policy_equal(const NotifyPolicy *a, const NotifyPolicy *b);
