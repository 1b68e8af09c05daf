/* One datagram as a socket or a capture delivers it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-source.h"

#define IP_LEGS 2u

typedef enum {
    IP_STREAM_MEDIA,
    IP_STREAM_FEC_COLUMN, /* what came on the media port + 2 */
    IP_STREAM_FEC_ROW,    /* what came on the media port + 4 */
    IP_STREAM_COUNT,
} IpStream;

typedef struct {
    const uint8_t *data; /* no-ref; @size bytes, used within the call only */
    size_t size;
    MonoUs arrival_us; /* does not decrease within a leg; legs may be some ms apart in any order */
    uint8_t leg;       /* 0, or 1 after ip_flow_expect_leg() */
    uint8_t stream;    /* IpStream */
    uint8_t tos;       /* the byte of the IP header, or the IPv6 traffic class; DSCP is @tos >> 2 */
    uint8_t ttl;       /* or the IPv6 hop limit */
    bool header_known; /* @tos and @ttl are */
    IpSource source;   /* all-zero if unknown */
} IpDatagram;
