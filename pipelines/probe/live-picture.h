/* A picture of each service of a live input: what was kept of it goes through the worker's graph
 * once more, as a file. */
#pragma once

#include "pipelines/probe/probe-session.h"

#define LIVE_PICTURE_KEEP  (24u << 20)      /* bytes of the stream that are kept; the first ones */
#define LIVE_PICTURE_FILE  "gantry-live.ts" /* in its folder, while it works */
#define LIVE_PICTURE_COUNT 16u              /* services that get a picture */

/* From now on @session keeps what it is given. */
void live_picture_expect(ProbeSession *session);

/**
 * live_picture_take:
 * @session: finished; expecting
 * @folder: absolute; the file with the stream stands in it meanwhile
 *
 * Fills @session->pictures. A stream without pictures that can be decoded is no error, its list
 * stays empty.
 *
 * Returns: %FALSE when @folder cannot be written to, or GStreamer does not start
 */
bool live_picture_take(ProbeSession *session,
                       const char *folder,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
