/* A live input through the probe's session. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/probe-session.h"

typedef struct {
    const char *interface; /* no-ref; "" for the kernel's choice */
    double seconds;        /* how long to listen */
} LiveSettings;

/* @url: udp:// or rtp://, see stream-address.h. Blocks for the time asked for. Returns: %FALSE when
 * the address is wrong, the socket is refused, or no transport stream arrived */
bool live_source_run(ProbeSession *session,
                     const char *url,
                     const LiveSettings *settings,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
