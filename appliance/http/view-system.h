/* The system page, the catalogue, the journal's lines and problem answers. Pure. */
#pragma once

#include <glib.h>

#include "appliance/events/event.h"
#include "appliance/http/view-channel.h"
#include "appliance/model/snapshot.h"

/* GET /system. */
void view_system(GString *out, const Snapshot *snapshot, const ViewTime *now, const char *build);

/* GET /catalogue: faults.def, metrics.def and the words of the API. */
void view_catalogue(GString *out, const Runbooks *runbooks); /* @runbooks: (nullable) */

/* {"items":[event...],"last_seq":N}: @events: (element-type Event); @after: asked for. */
void view_journal(GString *out, const GPtrArray *events, uint64_t after);

/* Title of an HTTP status that this API uses. Never NULL. */
const char *view_status_title(unsigned status);
