/* A capture file through the probe's session: once for its flows, once for the one that counts. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/capture-flows.h"
#include "pipelines/probe/probe-session.h"

/* What a capture has in it. */
typedef struct {
    CaptureFlows *flows; /* owned */
    CaptureIpCounters counters;
    uint64_t packets; /* of any kind */
    uint64_t skipped; /* see CaptureCounters */
    WallUs start_us;  /* of the first packet; 0: packets have no time */
    bool cut;         /* the file ends within a packet */
    bool broken;      /* what follows some place makes no sense */
} CaptureContents;

/* Reads all of @path. Returns: %FALSE when it cannot be read; @ret_contents is then not written */
bool capture_contents_read(const char *path,
                           CaptureContents *ret_contents,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void capture_contents_clear(CaptureContents *contents);

#define CAPTURE_FLOWS_CHOSEN_MAX 2u /* two are the legs of SMPTE 2022-7 */

/* @flows: ADDRESS:PORT each, NULL-terminated, at most CAPTURE_FLOWS_CHOSEN_MAX; (nullable): the one
 * with the most transport stream. FEC (SMPTE 2022-1) is looked for on the ports beside them.
 * Returns: %FALSE when @path cannot be read, has no such flow, or no transport stream in it */
bool capture_source_run(ProbeSession *session,
                        const char *path,
                        const char *const *flows,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CaptureContents, capture_contents_clear)
