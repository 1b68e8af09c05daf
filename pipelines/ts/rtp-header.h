/* The header of one RTP datagram, RFC 3550, 5.1. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RTP_HEADER_SIZE 12u /* bytes, without CSRC list and extension */
#define RTP_MP2T        33u /* payload type of a transport stream, RFC 3551 */

typedef struct {
    uint8_t payload_type;  /* 0 to 127 */
    uint16_t sequence;     /* sequence number */
    uint32_t timestamp;    /* 90 kHz for a transport stream */
    uint32_t ssrc;         /* synchronization source */
    size_t payload_offset; /* bytes from the start of the datagram: CSRCs and extension skipped */
    size_t payload_size;   /* bytes, padding taken off; may be 0 */
} RtpHeader;

/* Returns: false if the datagram of @size bytes is not RTP, or its lengths do not fit */
bool rtp_header_read(const uint8_t *data, size_t size, RtpHeader *ret_header);

/* Whether one datagram looks like RTP around a transport stream: version 2, a payload that begins
 * with a sync byte or is payload type 33. */
bool rtp_looks_like(const uint8_t *data, size_t size);
