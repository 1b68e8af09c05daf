/* What follows from the events of alarms: a row for each alarm, as its last event left it, and a
 * row for each incident, summed up from its alarms. Writing the same events again changes nothing.
 */
#pragma once

#include <gio/gio.h>

#include "appliance/stores/mysql-link.h"

/* @events: (element-type Event): in the order of the journal; those that are in `incident_event`
 * already, in the same transaction. Events of other things than alarms, and those that only say
 * what was below a threshold, are passed over. */
bool history_write_incidents(MysqlLink *link,
                             const char *journal_id,
                             GPtrArray *events,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
