/* What the journal holds of one person: what they did, what was promised in their name, and what
 * was done to their account. All of the journal is read, on a thread of its own. */
#pragma once

#include <gio/gio.h>

#include "appliance/http/http-server.h"

#define PERSON_EVENTS_MAX 10000u /* newest ones that are kept */

typedef struct {
    GPtrArray *events; /* (element-type Event), oldest first */
    WallUs since_us;   /* of the first event that the journal still has; 0: it is empty */
    bool complete;     /* nothing was left out for want of room */
} PersonRecord;

void person_record_free(PersonRecord *record); /* (nullable) */

/* @reader, @name: copied. @callback: person_read_finish() in it */
void person_read(const JournalReader *reader,
                 const char *name,
                 GAsyncReadyCallback callback,
                 gpointer user_data);
/* Returns: (transfer full) */
PersonRecord *person_read_finish(GAsyncResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PersonRecord, person_record_free)
