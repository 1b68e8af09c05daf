/* A live input through the probe's session. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/probe-session.h"

/* @url: udp:// or rtp://, see stream-address.h. @interface: "" for the kernel's choice. Blocks for
 * the seconds of @session, or until its wait ends it. Returns: %FALSE when the address is wrong,
 * the socket is refused, or no transport stream arrived */
bool live_source_run(ProbeSession *session, const char *url, const char *interface, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
