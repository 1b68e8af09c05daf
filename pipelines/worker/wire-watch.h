/* What stands on the wire of an input, in words: the reason behind "no packets".
 *
 * Main thread. Reads a few small files of /proc, at most once a second, while nothing arrives. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "pipelines/contract/message.h"
#include "pipelines/elements/gantry-udp-source.h"
#include "pipelines/worker/raw-ear.h"

#define WIRE_WATCH_PATIENCE_US (2500 * US_PER_MS) /* silence before it is explained */

typedef struct WireWatch WireWatch;

/* @config: address and interface are copied. @ear: (transfer full) (nullable): shows whether
 * datagrams reach the interface, until the first one reaches the socket. Returns: (transfer full)
 */
WireWatch *wire_watch_new(const MessageConfig *config, RawEar *ear, MonoUs now_us);
void wire_watch_free(WireWatch *watch); /* (nullable) */

typedef struct {
    MonoUs now_us;
    const UdpSourceFigures *source; /* no-ref */
    bool synced;                    /* the analyser found a transport stream */
    int absent_service;             /* id of a service asked for that is not in it; -1: none;
                                       0: the first was asked for, and there is none at all */
} WireFacts;

/* Brings the finding up to @facts. Returns: whether finding or text changed */
bool wire_watch_step(WireWatch *watch, const WireFacts *facts);

WireFinding wire_watch_finding(const WireWatch *watch);
const char *wire_watch_text(const WireWatch *watch); /* one sentence, never NULL */
