/* Address ranges and what they are for. */
#include "appliance/alerts/address-guard.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"

typedef enum { RANGE_NEVER, RANGE_PRIVATE } RangeKind;

typedef struct {
    uint32_t prefix; /* host order */
    unsigned bits;
    RangeKind kind;
} Range4;

typedef struct {
    uint8_t prefix[16];
    unsigned bits;
    RangeKind kind;
} Range6;

static const Range4 ranges4[] = {
    {0x00000000, 8, RANGE_NEVER},    /* "this network"; 0.0.0.0 reaches loopback */
    {0x0a000000, 8, RANGE_PRIVATE},  /* RFC 1918 */
    {0x646464c8, 32, RANGE_NEVER},   /* a metadata service within RFC 6598 */
    {0x64400000, 10, RANGE_PRIVATE}, /* RFC 6598 */
    {0x7f000000, 8, RANGE_PRIVATE},  /* loopback */
    {0xa9fe0000, 16, RANGE_NEVER},   /* link-local, metadata services */
    {0xac100000, 12, RANGE_PRIVATE}, /* RFC 1918 */
    {0xc0000000, 24, RANGE_NEVER},   /* protocol assignments */
    {0xc0000200, 24, RANGE_NEVER},   /* documentation */
    {0xc0586300, 24, RANGE_NEVER},   /* 6to4 relays */
    {0xc0a80000, 16, RANGE_PRIVATE}, /* RFC 1918 */
    {0xc6120000, 15, RANGE_PRIVATE}, /* benchmarking */
    {0xc6336400, 24, RANGE_NEVER},   /* documentation */
    {0xcb007100, 24, RANGE_NEVER},   /* documentation */
    {0xe0000000, 3, RANGE_NEVER},    /* multicast, reserved, broadcast */
};

/* What is not in here and not 2000::/3 is not allowed. */
static const Range6 ranges6[] = {
    {{[15] = 1}, 128, RANGE_PRIVATE},                                       /* loopback */
    {{0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54}, 128, RANGE_NEVER}, /* metadata service */
    {{0xfc}, 7, RANGE_PRIVATE},                                             /* unique local */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, RANGE_NEVER},                            /* documentation */
    {{0x20, 0x01, 0x00, 0x00}, 32, RANGE_NEVER},                            /* Teredo */
};

/* IPv6 prefixes that hold an IPv4 address, and at which byte. */
static const struct {
    uint8_t prefix[12];
    unsigned bits;
    unsigned offset;
} embedded4[] = {
    {{[10] = 0xff, [11] = 0xff}, 96, 12}, /* mapped */
    {{0x00, 0x64, 0xff, 0x9b}, 96, 12},   /* NAT64 */
    {{0x20, 0x02}, 16, 2},                /* 6to4 */
};

static bool
has_prefix(const uint8_t *address, const uint8_t *prefix, unsigned bits)
{
    const unsigned whole = bits / 8, rest = bits % 8;

    if (memcmp(address, prefix, whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static bool
allows4(const uint8_t *address, bool allow_private)
{
    ByteReader reader = byte_reader(address, 4);
    const uint32_t value = byte_reader_u32(&reader);

    for (size_t i = 0; i < sizeof ranges4 / sizeof *ranges4; i++) {
        if ((value ^ ranges4[i].prefix) >> (32 - ranges4[i].bits) == 0)
            return ranges4[i].kind == RANGE_PRIVATE && allow_private;
    }
    return true;
}

static bool
allows6(const uint8_t *address, bool allow_private)
{
    for (size_t i = 0; i < sizeof embedded4 / sizeof *embedded4; i++) {
        if (has_prefix(address, embedded4[i].prefix, embedded4[i].bits))
            return allows4(address + embedded4[i].offset, allow_private);
    }
    for (size_t i = 0; i < sizeof ranges6 / sizeof *ranges6; i++) {
        if (has_prefix(address, ranges6[i].prefix, ranges6[i].bits))
            return ranges6[i].kind == RANGE_PRIVATE && allow_private;
    }
    return address[0] >> 5 == 1; /* 2000::/3, global unicast */
}

bool
address_guard_allows(const struct sockaddr *address, socklen_t size, bool allow_private)
{
    if (size < (socklen_t)sizeof address->sa_family)
        return false;
    if (address->sa_family == AF_INET && size >= (socklen_t)sizeof(struct sockaddr_in)) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof in);
        return allows4((const uint8_t *)&in.sin_addr, allow_private);
    }
    if (address->sa_family == AF_INET6 && size >= (socklen_t)sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 in6;

        memcpy(&in6, address, sizeof in6);
        return allows6(in6.sin6_addr.s6_addr, allow_private);
    }
    return false;
}
