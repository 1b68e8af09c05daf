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

/* RFC 9457. @detail: one sentence for people. */
void view_problem(GString *out, unsigned status, const char *type, const char *detail);

/* The same for a body that was refused: "errors" points at what was (RFC 6901). */
void view_problem_at(GString *out, unsigned status, const char *pointer, const char *detail);

/* Title of an HTTP status that this API uses. Never NULL. */
const char *view_status_title(unsigned status);
