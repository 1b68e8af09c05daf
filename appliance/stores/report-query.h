/* The questions of a report to the database. The link is connected. */
#pragma once

#include "appliance/events/report-reader.h"
#include "appliance/stores/mysql-link.h"

/* Fills @past with the measured spans, minutes with errors and hours of loudness of @channel. */
bool report_query_past(MysqlLink *link,
                       const char *channel,
                       ReportPeriod period,
                       ReportPast *past,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Alarms of channels that stood in @period. @ret_cut: there are more than REPORT_ALARMS_MAX.
 * Returns: (transfer full) (element-type ReportAlarm) (nullable): NULL with an error */
GArray *report_query_alarms(MysqlLink *link, ReportPeriod period, bool *ret_cut, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
