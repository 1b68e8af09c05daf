/* The history read back from MySQL, on a thread of its own, asynchronously. */
#pragma once

#include "appliance/events/history-reader.h"
#include "appliance/events/name-veil.h"
#include "appliance/stores/mysql-link.h"

#define HISTORY_READER_DEADLINE_US (2 * US_PER_SECOND)
#define HISTORY_READER_MAX_QUEUED  64u
#define HISTORY_READER_MAX_EVENTS  1000u

#define GANTRY_TYPE_HISTORY_READER_MYSQL (gantry_history_reader_mysql_get_type())
G_DECLARE_FINAL_TYPE(
    GantryHistoryReaderMysql, gantry_history_reader_mysql, GANTRY, HISTORY_READER_MYSQL, GObject)

/* Starts the thread; the database need not exist yet. @access is copied.
 * gantry_history_reader_mysql_stop() must be called. Returns: (transfer full) */
GantryHistoryReaderMysql *gantry_history_reader_mysql_new(const MysqlAccess *access);

/* What all events are read through, before the first question; no-ref: outlives the reader. */
void gantry_history_reader_mysql_set_veil(GantryHistoryReaderMysql *self, NameVeil *veil);

/**
 * gantry_history_reader_mysql_get_reader:
 *
 * The functions of @ret_reader may be called from any thread that runs a main context. Its done
 * functions are called there, exactly once, within 2 s, with rows or with
 * %GANTRY_ERROR_UNAVAILABLE (database down, queue full), %GANTRY_ERROR_TIMEOUT, or
 * %GANTRY_ERROR_NOT_FOUND for metrics of which no history is kept (kept are METRIC_BITRATE,
 * METRIC_CC_ERRORS, METRIC_PACKETS, METRIC_OWN_DROPS and those of health-gauge.h).
 * CommandSeries.at_us of a result is wall time.
 */
void gantry_history_reader_mysql_get_reader(GantryHistoryReaderMysql *self,
                                            HistoryReader *ret_reader);

/* Ends the thread within @wait_us; what is queued is answered with %GANTRY_ERROR_UNAVAILABLE. */
void gantry_history_reader_mysql_stop(GantryHistoryReaderMysql *self, int64_t wait_us);
