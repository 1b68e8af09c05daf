/* RTP (RFC 3550) around a transport stream: header off, loss, reorder and duplicates counted.
 *
 * Datagrams are passed on in the order of arrival; nothing is held back. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTP_WINDOW 64u /* sequence numbers behind the newest that may still come late */

typedef struct {
    uint64_t received;   /* RTP datagrams, duplicates included */
    uint64_t lost;       /* sequence numbers that never came; one that comes late is taken off */
    uint64_t reordered;  /* came after a later one */
    uint64_t duplicates; /* came again; to be thrown away */
    uint64_t restarts;   /* the sequence jumped, or SSRC changed: a new sender */
    uint64_t malformed;  /* not RTP */
    uint64_t window;     /* bit n: sequence number @newest - n came */
    uint32_t ssrc;       /* of the present sender */
    uint16_t newest;     /* newest sequence number */
    bool started;        /* something came */
} RtpReceiver;           /* all-zero is the initial state */

typedef enum {
    RTP_PAYLOAD,   /* in order, or late: analyse it */
    RTP_GAP,       /* the same, but datagrams are missing just before this one */
    RTP_DUPLICATE, /* throw it away */
    RTP_MALFORMED, /* not RTP: throw it away, or take it for a bare transport stream */
} RtpVerdict;

/**
 * rtp_receiver_push:
 * @data: one datagram of @size bytes
 * @ret_payload: (out): what follows the header, within @data; set for RTP_PAYLOAD and RTP_GAP
 * @ret_size: (out): bytes of it, padding taken off
 */
RtpVerdict rtp_receiver_push(RtpReceiver *receiver,
                             const uint8_t *data,
                             size_t size,
                             const uint8_t **ret_payload,
                             size_t *ret_size);

/* Whether one datagram looks like RTP around a transport stream: version 2, a payload that begins
 * with a sync byte or is payload type 33. */
bool rtp_looks_like(const uint8_t *data, size_t size);
