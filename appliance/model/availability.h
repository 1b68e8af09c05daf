/* How much of the time a channel was there, told from what was measured and from its alarms.
 *
 * The rules stand in availability_rules(), for the page and the documentation. Pure. */
#pragma once

#include "appliance/model/calendar.h"
#include "appliance/model/report-period.h"
#include "appliance/model/snapshot.h"
#include "appliance/model/time-spans.h"

#define AVAILABILITY_SETTLE_US                                                                     \
    (600 * US_PER_SECOND) /* after a period's end, late data may come                              \
                           */

/* One alarm of the period. */
typedef struct {
    char *resource;
    WallUs raised_us;
    WallUs cleared_us; /* 0: it stands */
    WallUs acked_us;   /* first acknowledgement; 0: none */
    ImpactClass impact;
    AlarmQuiet quiet;
} ReportAlarm;

/* A minute with error-seconds in it. */
typedef struct {
    WallUs at_us;
    unsigned count;
} ErrorMinute;

/* What the history has of one channel. */
typedef struct {
    TimeSpans *measured; /* tidy */
    GArray *errors;      /* (element-type ErrorMinute) */
} MeasuredPast;

typedef struct {
    WallUs from_us;
    WallUs to_us;  /* of the period, or now while it runs */
    bool excludes; /* planned work does not count */
    double target; /* share that was promised, 0 to 1 */
} AvailabilityTerms;

/* Of a period or of one day of it. */
typedef struct {
    int64_t span_us;
    int64_t measured_us;
    int64_t planned_us;     /* of the span */
    int64_t counted_us;     /* measured, and not excluded */
    int64_t down_us;        /* of what counts */
    uint64_t error_seconds; /* in what counts, and not down */
    unsigned outages;       /* separate stretches down */
} Availability;

typedef struct {
    unsigned alarms;        /* that people were told of */
    unsigned acknowledged;  /* of these */
    unsigned cleared;       /* of these */
    int64_t acknowledge_us; /* sum over @acknowledged, from the raise */
    int64_t repair_us;      /* sum over @cleared, from the raise */
} ResponseTimes;

/* The rules as sentences, ended by NULL. */
const char *const *availability_rules(void);

/**
 * availability_of:
 * @past, @planned: of the channel; @planned is tidy
 * @down: (element-type TimeSpan): when an alarm that takes it off the air stood; tidy
 */
Availability availability_of(const MeasuredPast *past,
                             const TimeSpans *planned,
                             const TimeSpans *down,
                             const AvailabilityTerms *terms);

/* Share of what counts, NAN where nothing does; and what is left of the time that may be lost,
 * negative where more is gone. */
double availability_share(const Availability *availability);
int64_t availability_budget_left_us(const Availability *availability, double target);
void availability_add(Availability *sum, const Availability *one);

/* When channel @id was off the air. @alarms: (element-type ReportAlarm). Returns: (transfer full)
 */
TimeSpans *availability_down(const GArray *alarms, const char *id, WallUs now_us);

/* When work was planned on the channel, by @calendar (nullable). Returns: (transfer full) */
TimeSpans *availability_planned(const Calendar *calendar,
                                GTimeZone *zone,
                                const char *channel,
                                const char *group,
                                ReportPeriod period);

/* Over the alarms of @resources (element-type utf8, as in ReportAlarm). */
ResponseTimes availability_response(const GArray *alarms, GHashTable *resources);

void report_alarm_clear(ReportAlarm *alarm);
