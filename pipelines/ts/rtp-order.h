/* RTP datagrams put back into the order in which they were sent, for a short while. Pure.
 *
 * What follows a gap is held until the gap is filled, RTP_ORDER_MAX datagrams are held, or the
 * first of them is RTP_ORDER_US old; then the gap is given up. Without a gap nothing is copied. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/rtp-receiver.h"

#define RTP_ORDER_MAX   16u   /* datagrams held */
#define RTP_ORDER_BYTES 2048u /* payload of one that can be held; longer ones end it */
#define RTP_ORDER_US    (50 * US_PER_MS)

/* @arrival_us never decreases: what was held counts as having come with what it waited for. */
typedef void (*RtpPayloadVisitor)(const uint8_t *payload,
                                  size_t size,
                                  MonoUs arrival_us,
                                  void *user_data);

typedef struct {
    bool used;
    uint16_t sequence;
    size_t size;
    MonoUs arrival_us;
    uint8_t payload[RTP_ORDER_BYTES];
} RtpHeld;

typedef struct {
    RtpReceiver receiver; /* its counters are for everyone to read */
    uint64_t late;        /* came when their gap was given up: thrown away */
    uint16_t next;        /* sequence number that is due */
    unsigned n_held;
    MonoUs last_us; /* arrival that the visitor was told last */
    RtpHeld held[RTP_ORDER_MAX];
} RtpOrder; /* all-zero is the initial state */

/* What is done with the payloads: @visitor is called within rtp_order_push(). */
typedef struct {
    RtpPayloadVisitor visitor;
    void *user_data; /* no-ref */
} RtpPayloadSink;

/* Takes one datagram of @size bytes. Returns: what it was; nothing else is done with RTP_DUPLICATE,
 * RTP_SUSPECT and RTP_MALFORMED */
RtpVerdict rtp_order_push(RtpOrder *order,
                          const uint8_t *data,
                          size_t size,
                          MonoUs arrival_us,
                          const RtpPayloadSink *sink);
