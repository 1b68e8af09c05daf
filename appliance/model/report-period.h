/* The time that a report is about: a day, a week or a month of the site's own calendar, or any
 * other, and the local days in it. Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/base/units.h"

#define REPORT_DAYS_MAX 400u /* of one report; health is kept that long */

typedef enum { REPORT_DAY, REPORT_WEEK, REPORT_MONTH, REPORT_CUSTOM } ReportPeriodKind;

typedef struct {
    WallUs from_us;
    WallUs to_us; /* not included */
} ReportPeriod;

bool report_period_kind_from_name(const char *name, ReportPeriodKind *ret_kind);

/* The day, the week (from Monday) or the month in which @wall_us lies, by @zone. */
ReportPeriod report_period_of(ReportPeriodKind kind, GTimeZone *zone, WallUs wall_us);

/**
 * report_period_days:
 * @ret_midnights: (out caller-allocates): REPORT_DAYS_MAX + 1 entries: where each local day begins,
 *   cut to the period, and its end behind the last; 23 and 25 hours where a clock change makes them
 *
 * Returns: the number of days; 0 if there are more than REPORT_DAYS_MAX
 */
unsigned
report_period_days(ReportPeriod period, GTimeZone *zone, WallUs ret_midnights[REPORT_DAYS_MAX + 1]);
