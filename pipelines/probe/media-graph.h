/* A file through the worker's own graph, as fast as it goes: what the pictures and the sound of its
 * services show.
 *
 * The elements see the file's packets in batches, as from a socket, at the times of the file's
 * clock; what comes to be measured carries the time of its presentation instead, so that spans are
 * exact whatever the order of decoding. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/media.h"
#include "pipelines/probe/probe-session.h"

/**
 * media_graph_run:
 * @media: (inout): filled with a record a component
 * @session: of the same file, finished: its services are those that are looked at
 * @service: this one only; -1 for all
 *
 * Returns: %FALSE when the file cannot be read any more or GStreamer does not start:
 *   %GANTRY_ERROR_NOT_FOUND, %GANTRY_ERROR_INTERNAL
 */
bool media_graph_run(Media *media, ProbeSession *session, int service, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
