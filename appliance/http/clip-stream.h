/* A clip on its way to a client: read piece by piece as the client takes it. HTTP thread only. */
#pragma once

#include "appliance/http/request.h"

#define CLIP_STREAMS_MAX 8u           /* at a time; more are asked to come again */
#define CLIP_CHUNK       (256u << 10) /* bytes that are read at once, and that wait for a client */
#define CLIP_STALL_S     30u          /* a client that takes no chunk for so long is cut */
#define CLIP_TOTAL_S     1200u        /* and one that is not done after so long */

/* Answers @request, not answered yet, with the clip that @query (copied) asks for, or with the
 * reason why not. @alarm_id: (nullable): what was kept of this alarm is preferred, if anything was
 */
void clip_stream_start(HttpRequest *request, const SegmentQuery *query, const char *alarm_id);
