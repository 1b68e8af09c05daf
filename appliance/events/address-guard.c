/* Address ranges and what they are for. */
#include "appliance/events/address-guard.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"

typedef enum { ADDRESS_NEVER, ADDRESS_PRIVATE, ADDRESS_PUBLIC } AddressClass;
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

/* What an address is, and the address itself where another wraps it. */
typedef struct {
    AddressClass class;
    GSocketFamily family;
    uint8_t bytes[16];
} Judged;

static AddressClass
class_of(RangeKind kind)
{
    return kind == RANGE_PRIVATE ? ADDRESS_PRIVATE : ADDRESS_NEVER;
}

static Judged
judge4(const uint8_t *address)
{
    ByteReader reader = byte_reader(address, 4);
    const uint32_t value = byte_reader_u32(&reader);
    Judged judged = {.class = ADDRESS_PUBLIC, .family = G_SOCKET_FAMILY_IPV4};

    memcpy(judged.bytes, address, 4);
    for (size_t i = 0; i < sizeof ranges4 / sizeof *ranges4; i++) {
        if ((value ^ ranges4[i].prefix) >> (32 - ranges4[i].bits) == 0) {
            judged.class = class_of(ranges4[i].kind);
            break;
        }
    }
    return judged;
}

static Judged
judge6(const uint8_t *address)
{
    Judged judged = {.class = address[0] >> 5 == 1 ? ADDRESS_PUBLIC : ADDRESS_NEVER,
                     .family = G_SOCKET_FAMILY_IPV6}; /* 2000::/3 is global unicast */

    for (size_t i = 0; i < sizeof embedded4 / sizeof *embedded4; i++) {
        if (has_prefix(address, embedded4[i].prefix, embedded4[i].bits))
            return judge4(address + embedded4[i].offset);
    }
    memcpy(judged.bytes, address, 16);
    for (size_t i = 0; i < sizeof ranges6 / sizeof *ranges6; i++) {
        if (has_prefix(address, ranges6[i].prefix, ranges6[i].bits)) {
            judged.class = class_of(ranges6[i].kind);
            break;
        }
    }
    return judged;
}

static Judged
judge(const struct sockaddr *address, socklen_t size)
{
    if (size < (socklen_t)sizeof address->sa_family)
        return (Judged){.class = ADDRESS_NEVER};
    if (address->sa_family == AF_INET && size >= (socklen_t)sizeof(struct sockaddr_in)) {
        struct sockaddr_in in;

        memcpy(&in, address, sizeof in);
        return judge4((const uint8_t *)&in.sin_addr);
    }
    if (address->sa_family == AF_INET6 && size >= (socklen_t)sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 in6;

        memcpy(&in6, address, sizeof in6);
        return judge6(in6.sin6_addr.s6_addr);
    }
    return (Judged){.class = ADDRESS_NEVER};
}

/* Whether one of the networks holds it. */
static bool
is_listed(const Judged *judged, GPtrArray *networks)
{
    if (networks == NULL || networks->len == 0)
        return false;
    g_autoptr(GInetAddress) address = g_inet_address_new_from_bytes(judged->bytes, judged->family);

    for (guint i = 0; i < networks->len; i++) {
        if (g_inet_address_mask_matches(networks->pdata[i], address))
            return true;
    }
    return false;
}

bool
address_guard_allows(const struct sockaddr *address,
                     socklen_t size,
                     bool is_own,
                     const AddressLeave *leave)
{
    const Judged judged = judge(address, size);

    if (judged.class == ADDRESS_NEVER)
        return false;
    if (judged.class == ADDRESS_PUBLIC && !is_own)
        return true;
    return leave->all_private || is_listed(&judged, leave->networks);
}

GPtrArray *
address_networks_parse(const char *text)
{
    GPtrArray *networks = g_ptr_array_new_with_free_func(g_object_unref);
    g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ",", ADDRESS_MAX_NETWORKS);

    for (size_t i = 0; parts[i] != NULL; i++) {
        GInetAddressMask *mask = g_inet_address_mask_new_from_string(g_strstrip(parts[i]), NULL);

        if (mask != NULL)
            g_ptr_array_add(networks, mask);
    }
    return networks;
}
