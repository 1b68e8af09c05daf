/* A live input through the probe's session. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/probe/console.h"
#include "pipelines/probe/follow.h"
#include "pipelines/probe/probe-session.h"

typedef struct {
    const char *interface; /* no-ref; "" for the kernel's choice */
    Console *console;      /* no-ref; may end it */
    Follow *follow;        /* no-ref; (nullable): nothing is shown meanwhile */
} LiveSettings;

/* @url: udp:// or rtp://, see stream-address.h. Blocks for the seconds of @session, or until the
 * console ends it. Returns: %FALSE when the address is wrong, the socket is refused, or no
 * transport stream arrived */
bool live_source_run(ProbeSession *session,
                     const char *url,
                     const LiveSettings *settings,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
