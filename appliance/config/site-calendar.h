/* Calendar entries as JSON. For the files of the site book only. */
#pragma once

#include <json-glib/json-glib.h>

#include "appliance/model/calendar.h"

/* Reads one entry and checks every field. @id: (nullable): what it is called; NULL: its member
 * "id".
 * @ret_entry: (out): to be cleared by the caller in any case */
bool site_calendar_read_entry(JsonObject *object,
                              const char *id,
                              CalendarEntry *ret_entry,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the members of one entry into an object that is open. */
void site_calendar_write_entry(JsonBuilder *builder, const CalendarEntry *entry);

/* The same, with "active", "next_from" and "next_until". */
void site_calendar_show_entry(JsonBuilder *builder,
                              const CalendarEntry *entry,
                              GTimeZone *zone,
                              WallUs wall_us);
