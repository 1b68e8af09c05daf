/* What a flow of datagrams hands on: payloads in order, each once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

/* One payload: transport packets, as the sender packed them. Valid within the call only. */
typedef struct {
    const uint8_t *data; /* no-ref */
    size_t size;         /* bytes, at least 1 */
    MonoUs arrival_us;   /* never decreases: what was held keeps its own time, what came out of
                            order or was repaired has that of the payload before it */
    bool after_gap;      /* RTP: datagrams are missing for good just before this one, or another
                            sender begins: call ts_analyser_break() first */
    bool repaired;       /* by FEC */
} IpPayload;

typedef void (*IpPayloadVisitor)(const IpPayload *payload, void *user_data);

/* What is done with the payloads: @visitor is called within the calls that take a sink; it must
 * not call back into the flow but to read. */
typedef struct {
    IpPayloadVisitor visitor;
    void *user_data; /* no-ref */
} IpPayloadSink;
