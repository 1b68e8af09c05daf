/* What reports are made of, read from MySQL on a thread of its own: a long one holds up no chart.
 */
#pragma once

#include "appliance/events/report-reader.h"
#include "appliance/stores/mysql-link.h"

typedef struct ReportReaderMysql ReportReaderMysql;

/* Starts nothing until it is asked. @access is copied. Returns: (transfer full) */
ReportReaderMysql *report_reader_mysql_new(const MysqlAccess *access);
void report_reader_mysql_get_reader(ReportReaderMysql *self, ReportReader *ret_reader);

/* Interrupts what runs, answers what waits with %GANTRY_ERROR_UNAVAILABLE, and frees. (nullable) */
void report_reader_mysql_free(ReportReaderMysql *self);
