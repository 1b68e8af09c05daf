/* Headers off; fragments lie in slots until the last hole is filled. */
#include "pipelines/probe/capture-ip.h"

#include <arpa/inet.h>
#include <glib.h>
#include <string.h>

#define PROTOCOL_UDP 17u

#define NEXT_HOP_BY_HOP  0u
#define NEXT_ROUTING     43u
#define NEXT_FRAGMENT    44u
#define NEXT_AUTH        51u
#define NEXT_DESTINATION 60u

#define IPV4_HEADER 20u
#define IPV6_HEADER 40u
#define UDP_HEADER  8u
#define UNIT        8u /* bytes in which fragments are counted */
#define UNITS       (CAPTURE_FRAGMENT_BYTES / UNIT)

/* An IP packet with its headers off. */
typedef struct {
    CaptureAddress source;
    CaptureAddress destination;
    uint8_t ttl;
    uint8_t tos;
    uint8_t protocol;
    bool fragment;
    bool more;       /* fragments follow */
    uint32_t offset; /* bytes; of this fragment */
    uint32_t id;     /* of the fragmented datagram */
    size_t missing;  /* bytes that the capture cut off */
    ByteReader payload;
} Packet;

/* A datagram that is being put together. */
typedef struct {
    bool used;
    Packet first; /* the first fragment seen: addresses, id; its payload is not valid */
    WallUs since_us;
    size_t size;             /* of the whole; 0 while the last fragment is missing */
    size_t n_units;          /* that are there */
    uint8_t have[UNITS / 8]; /* bit set, by unit */
    uint8_t bytes[CAPTURE_FRAGMENT_BYTES];
} Slot;

struct CaptureIp {
    CaptureIpCounters counters;
    Slot *slots[CAPTURE_FRAGMENTED_MAX]; /* owned; (nullable): made when first needed */
};

CaptureIp *
capture_ip_new(void)
{
    return g_new0(CaptureIp, 1);
}

void
capture_ip_free(CaptureIp *ip)
{
    if (!ip)
        return;
    for (size_t i = 0; i < CAPTURE_FRAGMENTED_MAX; i++)
        g_free(ip->slots[i]);
    g_free(ip);
}

const CaptureIpCounters *
capture_ip_counters(const CaptureIp *ip)
{
    return &ip->counters;
}

static CaptureAddress
read_address(ByteReader *reader, uint8_t version)
{
    CaptureAddress address = {.version = version};
    const size_t size = version == 4 ? 4 : 16;

    for (size_t i = 0; i < size; i++)
        address.bytes[i] = byte_reader_u8(reader);
    return address;
}

/* What the packet's length leaves of the bytes that are there. */
static void
set_payload(Packet *packet, ByteReader *reader, size_t size)
{
    packet->missing = size > reader->left ? size - reader->left : 0;
    packet->payload = byte_reader_slice(reader, MIN(size, reader->left));
}

static bool
read_ipv4(ByteReader reader, Packet *packet)
{
    const size_t header = (byte_reader_u8(&reader) & 15u) * 4u;

    packet->tos = byte_reader_u8(&reader);
    size_t size = byte_reader_u16(&reader);

    packet->id = byte_reader_u16(&reader);
    const uint16_t fragment = byte_reader_u16(&reader);

    packet->more = (fragment & 0x2000) != 0;
    packet->offset = (fragment & 0x1fffu) * UNIT;
    packet->fragment = packet->more || packet->offset > 0;
    packet->ttl = byte_reader_u8(&reader);
    packet->protocol = byte_reader_u8(&reader);
    byte_reader_skip(&reader, 2);
    packet->source = read_address(&reader, 4);
    packet->destination = read_address(&reader, 4);
    if (reader.broken || header < IPV4_HEADER)
        return false;
    byte_reader_skip(&reader, header - IPV4_HEADER);
    if (size == 0) /* the network card was to cut it up: as long as it is */
        size = header + reader.left;
    if (reader.broken || size < header)
        return false;
    set_payload(packet, &reader, size - header);
    return true;
}

static void
read_fragment_header(ByteReader *reader, Packet *packet)
{
    byte_reader_skip(reader, 1);
    const uint16_t fragment = byte_reader_u16(reader);

    packet->id = byte_reader_u32(reader);
    packet->more = (fragment & 1) != 0;
    packet->offset = fragment & 0xfff8u;
    packet->fragment = packet->more || packet->offset > 0;
}

/* One header before the datagram. Returns: false if @packet->protocol is none of them */
static bool
read_extension(Packet *packet)
{
    ByteReader *reader = &packet->payload;
    const uint8_t kind = packet->protocol;

    if (kind != NEXT_HOP_BY_HOP && kind != NEXT_ROUTING && kind != NEXT_FRAGMENT &&
        kind != NEXT_AUTH && kind != NEXT_DESTINATION)
        return false;
    packet->protocol = byte_reader_u8(reader);
    if (kind == NEXT_FRAGMENT) {
        read_fragment_header(reader, packet);
        return true;
    }
    const size_t length = byte_reader_u8(reader);

    byte_reader_skip(reader, kind == NEXT_AUTH ? length * 4 + 6 : length * 8 + 6);
    return true;
}

static bool
read_ipv6(ByteReader reader, Packet *packet)
{
    packet->tos = (uint8_t)(byte_reader_u32(&reader) >> 20);
    size_t size = byte_reader_u16(&reader);

    packet->protocol = byte_reader_u8(&reader);
    packet->ttl = byte_reader_u8(&reader);
    packet->source = read_address(&reader, 6);
    packet->destination = read_address(&reader, 6);
    if (reader.broken)
        return false;
    set_payload(packet, &reader, size > 0 ? size : reader.left);
    for (unsigned i = 0; i < CAPTURE_HEADERS_MAX && !packet->fragment; i++)
        if (!read_extension(packet))
            break;
    return !packet->payload.broken;
}

static bool
read_packet(ByteReader reader, Packet *packet)
{
    ByteReader peek = reader;
    const unsigned version = byte_reader_u8(&peek) >> 4;

    *packet = (Packet){0};
    if (version == 4)
        return read_ipv4(reader, packet);
    return version == 6 && read_ipv6(reader, packet);
}

/* @reader: the UDP header and what follows. Returns: false if it does not fit */
static bool
read_udp(ByteReader reader, const Packet *packet, CaptureDatagram *ret_datagram)
{
    CaptureDatagram datagram = {
        .source = packet->source,
        .destination = packet->destination,
        .ttl = packet->ttl,
        .tos = packet->tos,
    };

    datagram.source_port = byte_reader_u16(&reader);
    datagram.destination_port = byte_reader_u16(&reader);
    const size_t length = byte_reader_u16(&reader);

    byte_reader_skip(&reader, 2);
    if (reader.broken || (length > 0 && length < UDP_HEADER))
        return false;
    const size_t size = length > 0 ? length - UDP_HEADER : reader.left;

    datagram.cut = size > reader.left;
    datagram.payload = reader.at;
    datagram.payload_size = MIN(size, reader.left);
    *ret_datagram = datagram;
    return true;
}

static bool
same_datagram(const Packet *one, const Packet *other)
{
    return one->id == other->id && one->protocol == other->protocol &&
           memcmp(&one->source, &other->source, sizeof one->source) == 0 &&
           memcmp(&one->destination, &other->destination, sizeof one->destination) == 0;
}

static void
give_up(CaptureIp *ip, Slot *slot)
{
    ip->counters.unassembled += slot->used;
    slot->used = false;
}

static void
begin(Slot *slot, const Packet *packet, WallUs time_us)
{
    slot->used = true;
    slot->first = *packet;
    slot->since_us = time_us;
    slot->size = 0;
    slot->n_units = 0;
    memset(slot->have, 0, sizeof slot->have);
}

/* A slot that nothing needs: one that is free, a new one, or the oldest. */
static Slot *
free_slot(CaptureIp *ip)
{
    Slot *oldest = NULL;

    for (size_t i = 0; i < CAPTURE_FRAGMENTED_MAX; i++) {
        if (!ip->slots[i])
            ip->slots[i] = g_new0(Slot, 1);
        if (!ip->slots[i]->used)
            return ip->slots[i];
        if (!oldest || ip->slots[i]->since_us < oldest->since_us)
            oldest = ip->slots[i];
    }
    give_up(ip, oldest);
    return oldest;
}

/* The slot of @packet's datagram, a new one if need be. */
static Slot *
slot_of(CaptureIp *ip, const Packet *packet, WallUs time_us)
{
    for (size_t i = 0; i < CAPTURE_FRAGMENTED_MAX && ip->slots[i]; i++) {
        Slot *slot = ip->slots[i];

        if (slot->used && ABS(time_us - slot->since_us) > CAPTURE_FRAGMENT_US)
            give_up(ip, slot);
        if (slot->used && same_datagram(&slot->first, packet))
            return slot;
    }
    Slot *slot = free_slot(ip);

    begin(slot, packet, time_us);
    return slot;
}

static bool
is_whole(const Slot *slot)
{
    return slot->size > 0 && slot->n_units == (slot->size + UNIT - 1) / UNIT;
}

/* Only the last fragment may end within a unit. */
static void
put(Slot *slot, const Packet *packet)
{
    const size_t size = packet->payload.left;
    const size_t units = packet->more ? size / UNIT : (size + UNIT - 1) / UNIT;

    memcpy(slot->bytes + packet->offset, packet->payload.at, size);
    for (size_t i = packet->offset / UNIT; i < packet->offset / UNIT + units; i++) {
        const uint8_t bit = (uint8_t)(1u << i % 8);

        slot->n_units += (slot->have[i / 8] & bit) == 0;
        slot->have[i / 8] |= bit;
    }
    if (!packet->more)
        slot->size = packet->offset + size;
}

/* Returns: (nullable): the datagram that @packet made whole */
static Slot *
assemble(CaptureIp *ip, const Packet *packet, WallUs time_us)
{
    ip->counters.fragments++;
    if (packet->missing > 0 || packet->offset + packet->payload.left > CAPTURE_FRAGMENT_BYTES) {
        ip->counters.malformed++;
        return NULL;
    }
    Slot *slot = slot_of(ip, packet, time_us);

    put(slot, packet);
    if (!is_whole(slot))
        return NULL;
    slot->used = false;
    return slot;
}

bool
capture_ip_take(CaptureIp *ip, ByteReader reader, WallUs time_us, CaptureDatagram *ret_datagram)
{
    Packet packet;
    ByteReader datagram;

    if (!read_packet(reader, &packet)) {
        ip->counters.malformed++;
        return false;
    }
    if (packet.protocol != PROTOCOL_UDP) {
        ip->counters.not_udp++;
        return false;
    }
    datagram = packet.payload;
    if (packet.fragment) {
        const Slot *slot = assemble(ip, &packet, time_us);

        if (!slot)
            return false;
        datagram = byte_reader(slot->bytes, slot->size);
    }
    if (!read_udp(datagram, &packet, ret_datagram)) {
        ip->counters.malformed++;
        return false;
    }
    ip->counters.datagrams++;
    return true;
}

void
capture_address_text(const CaptureAddress *address, char *ret_text)
{
    const int family = address->version == 6 ? AF_INET6 : AF_INET;

    if (!inet_ntop(family, address->bytes, ret_text, CAPTURE_ADDRESS_TEXT))
        ret_text[0] = '\0';
}

bool
capture_address_parse(const char *text, CaptureAddress *ret_address)
{
    CaptureAddress address = {.version = strchr(text, ':') ? 6 : 4};

    if (inet_pton(address.version == 6 ? AF_INET6 : AF_INET, text, address.bytes) != 1)
        return false;
    *ret_address = address;
    return true;
}
