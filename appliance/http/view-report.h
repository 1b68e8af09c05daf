/* Availability reports as JSON and CSV. Pure. */
#pragma once

#include "appliance/events/report-reader.h"
#include "appliance/model/snapshot.h"

/* What was asked. */
typedef struct {
    ReportPeriod period;
    ReportPeriodKind kind;
    bool excludes; /* planned work does not count */
    double target; /* share that was promised, 0 to 1 */
    const LoudnessStandard *standard;
    const char *channel; /* (nullable): one alone */
    const char *group;   /* (nullable): one alone */
} ReportQuery;

/* The ids of the channels of @snapshot that @query is about. Returns: (transfer full) */
GStrv view_report_channels(const ReportQuery *query, const Snapshot *snapshot);

/* @facts: read for these channels of this snapshot; @now_us: wall time; @out_json, @out_csv: the
 * whole report twice */
void view_report(GString *out_json, /* lint: allow parameters, because each is one fact */
                 GString *out_csv,
                 const ReportQuery *query,
                 const ReportFacts *facts,
                 const Snapshot *snapshot,
                 WallUs now_us);
