/* One alarm: a fault that must persist before it is raised, may grow worse while it lasts, and must
 * stay away before it is cleared.
 *
 * Pure: time is an argument, so every test runs in no time and every incident can be replayed. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"
#include "pipelines/contract/catalogue.h"

typedef enum {
    ALARM_CLEAR,
    ALARM_PENDING, /* faulty, not yet for raise_after_us */
    ALARM_RAISED,
    ALARM_CLEARING, /* healthy, not yet for clear_after_us */
} AlarmPhase;

typedef struct {
    int64_t raise_after_us;    /* 0: raise at once */
    Severity severity;         /* when raised */
    int64_t escalate_after_us; /* of uninterrupted fault; 0: never; more than raise_after_us */
    Severity escalated;        /* severity from then on; worse than @severity */
    int64_t clear_after_us;    /* 0: clear at once */
} AlarmRule;

typedef struct {
    AlarmPhase phase; /* all-zero is the initial state */
    bool escalated;   /* while open: it has reached the rule's escalated severity */
    MonoUs since_us;  /* pending, raised: since when faulty; clearing, clear: since when healthy */
} Alarm;

typedef enum {
    ALARM_NO_EVENT,
    ALARM_EVENT_RAISED,
    ALARM_EVENT_ESCALATED,
    ALARM_EVENT_CLEARED,
} AlarmEvent;

typedef struct {
    bool faulty;
    MonoUs since_us; /* since when @faulty has been so; may lie in the past */
} AlarmInput;

/**
 * alarm_step:
 * @input: what is observed now, or what was observed last when a deadline has come
 * @now_us: never decreases
 * @ret_due_us: (out): when the event fell due; written only with an event
 *
 * Delays count from the input's since_us. It is not believed beyond what this alarm has already
 * seen: a since_us before the last change counts from that change, one after @now_us as @now_us.
 * While @input agrees with the alarm's direction its since_us is not taken again, so a repeated
 * report neither shortens nor prolongs a delay.
 *
 * Returns: the event to publish, at most one; a fault that is already old is raised at its
 *   escalated severity at once
 */
AlarmEvent alarm_step(
    Alarm *alarm, const AlarmRule *rule, AlarmInput input, MonoUs now_us, MonoUs *ret_due_us);

/* When alarm_step() must next be called even if no observation comes; US_NEVER for never. */
MonoUs alarm_deadline_us(const Alarm *alarm, const AlarmRule *rule);

/* Whether the alarm stands: raised or clearing. */
bool alarm_is_open(const Alarm *alarm);

/* Severity that an open alarm has by its rule. */
Severity alarm_severity(const Alarm *alarm, const AlarmRule *rule);
