/* From IP packets to UDP datagrams: headers off, fragments put together. Pure, bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/base/units.h"

#define CAPTURE_FRAGMENTED_MAX 16u    /* datagrams put together at a time; the oldest gives way */
#define CAPTURE_FRAGMENT_BYTES 65536u /* of one datagram */
#define CAPTURE_FRAGMENT_US    (2 * US_PER_SECOND) /* its fragments belong together so long */
#define CAPTURE_ADDRESS_TEXT   48u /* bytes of an address as text, with the terminator */
#define CAPTURE_HEADERS_MAX    8u  /* extension headers of IPv6 before the datagram */

/* All-zero is no address. Bytes that are not used are 0, so that two can be compared as memory. */
typedef struct {
    uint8_t bytes[16]; /* in network order; IPv4 has the first four */
    uint8_t version;   /* 4 or 6 */
} CaptureAddress;

/* One datagram. Valid during the call only. */
typedef struct {
    CaptureAddress source;
    CaptureAddress destination;
    uint16_t source_port;
    uint16_t destination_port;
    uint8_t ttl;            /* or hop limit; of the first fragment seen */
    uint8_t tos;            /* of IPv4, or the traffic class of IPv6 */
    bool cut;               /* the capture has not all its bytes */
    const uint8_t *payload; /* no-ref */
    size_t payload_size;    /* bytes that are there */
} CaptureDatagram;

typedef struct {
    uint64_t datagrams;   /* UDP datagrams found */
    uint64_t fragments;   /* seen */
    uint64_t unassembled; /* datagrams given up because fragments were missing */
    uint64_t malformed;   /* packets whose headers do not fit */
    uint64_t not_udp;     /* packets of other protocols */
} CaptureIpCounters;

typedef struct CaptureIp CaptureIp;

CaptureIp *capture_ip_new(void);     /* Returns: (transfer full) */
void capture_ip_free(CaptureIp *ip); /* (nullable) */

/**
 * capture_ip_take:
 * @packet: from the IP header on; what follows its length is left alone
 * @time_us: when it was captured; for fragments
 * @ret_datagram: (out): its payload is in @packet, or in @ip until the next call
 *
 * Returns: whether @packet completed a UDP datagram
 */
bool
capture_ip_take(CaptureIp *ip, ByteReader packet, WallUs time_us, CaptureDatagram *ret_datagram);

const CaptureIpCounters *capture_ip_counters(const CaptureIp *ip);

/* "239.1.1.1" or "ff3e::1" into @ret_text of CAPTURE_ADDRESS_TEXT bytes. */
void capture_address_text(const CaptureAddress *address, char *ret_text);
/* Returns: false if @text is no address in numbers. */
bool capture_address_parse(const char *text, CaptureAddress *ret_address);
