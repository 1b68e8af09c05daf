/* The smallest transport stream that is one: a service without components, its tables and its
 * clock, in datagrams of seven packets. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define PROBE_STREAM_PACKET   188u
#define PROBE_STREAM_DATAGRAM (7u * PROBE_STREAM_PACKET)
#define PROBE_STREAM_SERVICE  1u
#define PROBE_STREAM_EVERY_US                                                                      \
    (25 * US_PER_MS) /* so that PCRs, tables and arrivals are as they must be */

typedef struct {
    uint64_t datagrams; /* made; all-zero is the initial state */
} ProbeStream;

/* Makes the next datagram: PAT, PMT, a PCR, and null packets. */
void probe_stream_next(ProbeStream *stream, uint8_t datagram[PROBE_STREAM_DATAGRAM]);
