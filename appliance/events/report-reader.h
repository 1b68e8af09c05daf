/* Reading what a report is made of. Asynchronous and slow: up to REPORT_DEADLINE_US; one report at
 * a time, a few wait. */
#pragma once

#include <gio/gio.h>

#include "appliance/model/availability.h"
#include "appliance/model/loudness-report.h"

#define REPORT_DEADLINE_US  (120 * US_PER_SECOND)
#define REPORT_CHANNELS_MAX 1000u
#define REPORT_ALARMS_MAX   50000u /* of one report; the newest */
#define REPORT_WAITING_MAX  4u

typedef struct {
    MeasuredPast past;
    GArray *hours; /* (element-type LoudHour) */
} ReportPast;

typedef struct {
    GPtrArray *pasts; /* (element-type ReportPast): of the channels, in their order */
    GArray *alarms;   /* (element-type ReportAlarm) */
    bool cut;         /* there were more alarms */
    GError *error;    /* (nullable) */
} ReportFacts;

/* Called once, on the thread-default context of the asker. @facts: (transfer none). */
typedef void (*ReportDone)(const ReportFacts *facts, gpointer user_data);

typedef struct {
    gpointer self; /* no-ref */
    /* @channels: ids, copied. Errors: %GANTRY_ERROR_UNAVAILABLE, %GANTRY_ERROR_TIMEOUT. */
    void (*read)(gpointer self,
                 const char *const *channels,
                 ReportPeriod period,
                 ReportDone done,
                 gpointer user_data);
} ReportReader;

ReportPast *report_past_new(void);
void report_past_free(ReportPast *past);     /* (nullable) */
void report_facts_clear(ReportFacts *facts); /* frees what it owns */
