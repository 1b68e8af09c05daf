/* Bytes are kept until a record is whole; which format it is, the first four bytes say. */
#include "pipelines/probe/capture-reader.h"

#include "pipelines/base/byte-reader.h"

#define PCAP_MICRO  0xa1b2c3d4u
#define PCAP_NANO   0xa1b23c4du
#define PCAP_HEAD   24u
#define PCAP_RECORD 16u

#define NG_SECTION       0x0a0d0d0au
#define NG_INTERFACE     1u
#define NG_PACKET        2u /* the old kind */
#define NG_SIMPLE        3u
#define NG_ENHANCED      6u
#define NG_ORDER         0x1a2b3c4du
#define NG_ENDS          12u /* type and the two lengths of a block */
#define NG_OPTION_TSRES  9u
#define NG_OPTION_OFFSET 14u
#define NG_POWER_BINARY  40u /* of two, in which fractions are counted without overflow */

#define TIME_MAX_US (INT64_C(253402300800) * US_PER_SECOND) /* the year 10000 */

typedef enum { FORMAT_UNKNOWN, FORMAT_PCAP, FORMAT_NG } Format;

typedef struct {
    uint16_t link_type;
    uint32_t snap_length; /* 0: no limit */
    uint8_t resolution;   /* if_tsresol */
    int64_t offset_s;     /* if_tsoffset */
} Interface;

struct CaptureReader {
    CapturePacketVisitor visitor;
    void *user_data; /* no-ref */
    CaptureCounters counters;
    Format format;
    bool little;      /* the numbers of this file or section are */
    bool nano;        /* of pcap */
    GByteArray *held; /* owned; bytes not used up */
    uint64_t to_skip; /* bytes of a block too long to hold */
    size_t n_interfaces;
    Interface interfaces[CAPTURE_INTERFACES_MAX]; /* pcap has one */
};

CaptureReader *
capture_reader_new(CapturePacketVisitor visitor, void *user_data)
{
    CaptureReader *reader = g_new0(CaptureReader, 1);

    reader->visitor = visitor;
    reader->user_data = user_data;
    reader->held = g_byte_array_new();
    return reader;
}

void
capture_reader_free(CaptureReader *reader)
{
    if (!reader)
        return;
    g_byte_array_unref(reader->held);
    g_free(reader);
}

CaptureCounters
capture_reader_counters(const CaptureReader *reader)
{
    return reader->counters;
}

bool
capture_reader_is_cut(const CaptureReader *reader)
{
    return !reader->counters.broken && (reader->held->len > 0 || reader->to_skip > 0);
}

static bool
is_pcap(uint32_t magic)
{
    return magic == PCAP_MICRO || magic == PCAP_NANO;
}

bool
capture_looks_like(const uint8_t *data, size_t size)
{
    ByteReader reader = byte_reader(data, size);
    const uint32_t magic = byte_reader_u32(&reader);

    return !reader.broken &&
           (magic == NG_SECTION || is_pcap(magic) || is_pcap(GUINT32_SWAP_LE_BE(magic)));
}

static uint32_t
get_u32(const CaptureReader *capture, ByteReader *reader)
{
    const uint32_t value = byte_reader_u32(reader);

    return capture->little ? GUINT32_SWAP_LE_BE(value) : value;
}

static uint16_t
get_u16(const CaptureReader *capture, ByteReader *reader)
{
    const unsigned value = byte_reader_u16(reader);
    const unsigned swapped = (value << 8 | value >> 8) & 0xffffu;

    return (uint16_t)(capture->little ? swapped : value);
}

static void
give_up(CaptureReader *capture)
{
    capture->counters.broken = true;
}

static void
show(CaptureReader *capture, const CapturePacket *packet)
{
    CapturePacket shown = *packet;

    if (shown.time_us < 0 || shown.time_us > TIME_MAX_US)
        shown.has_time = false;
    if (!shown.has_time)
        shown.time_us = 0;
    capture->counters.packets++;
    capture->visitor(&shown, capture->user_data);
}

/* pcap */

static size_t
take_pcap_head(CaptureReader *capture, ByteReader reader)
{
    const uint32_t magic = byte_reader_u32(&reader);

    if (reader.left < PCAP_HEAD - 4)
        return 0;
    capture->little = !is_pcap(magic);
    capture->nano = (capture->little ? GUINT32_SWAP_LE_BE(magic) : magic) == PCAP_NANO;
    byte_reader_skip(&reader, 16);
    capture->interfaces[0].link_type = (uint16_t)get_u32(capture, &reader);
    capture->n_interfaces = 1;
    capture->format = FORMAT_PCAP;
    return PCAP_HEAD;
}

static size_t
take_pcap_record(CaptureReader *capture, ByteReader reader)
{
    const int64_t seconds = get_u32(capture, &reader);
    const int64_t fraction = get_u32(capture, &reader);
    const uint32_t size = get_u32(capture, &reader);
    const uint32_t whole = get_u32(capture, &reader);

    if (reader.broken)
        return 0;
    if (size > CAPTURE_PACKET_MAX) {
        give_up(capture);
        return 0;
    }
    const ByteReader bytes = byte_reader_slice(&reader, size);

    if (bytes.broken)
        return 0;
    show(capture, &(CapturePacket){
                      .bytes = bytes.at,
                      .size = size,
                      .whole = MAX(whole, size),
                      .time_us = seconds * US_PER_SECOND + fraction / (capture->nano ? 1000 : 1),
                      .has_time = true,
                      .link_type = capture->interfaces[0].link_type,
                  });
    return PCAP_RECORD + size;
}

/* pcapng */

static bool
decimal_us(uint64_t ticks, unsigned power, uint64_t *ret_us)
{
    uint64_t scale = 1;

    if (power > 19)
        return false;
    for (unsigned i = MIN(power, 6); i < MAX(power, 6); i++)
        scale *= 10;
    *ret_us = ticks / scale;
    return power > 6 || !__builtin_mul_overflow(ticks, scale, ret_us);
}

static bool
binary_us(uint64_t ticks, unsigned power, uint64_t *ret_us)
{
    const unsigned drop = power > NG_POWER_BINARY ? power - NG_POWER_BINARY : 0;
    const unsigned left = power - drop;
    const uint64_t units = drop < 64 ? ticks >> drop : 0;
    const uint64_t seconds = units >> left;
    const uint64_t fraction = units & ((UINT64_C(1) << left) - 1);
    uint64_t whole_us;

    if (__builtin_mul_overflow(seconds, (uint64_t)US_PER_SECOND, &whole_us))
        return false;
    return !__builtin_add_overflow(whole_us, fraction * (uint64_t)US_PER_SECOND >> left, ret_us);
}

/* Returns: false if the time is beyond all sense. */
static bool
ticks_to_us(const Interface *interface, uint64_t ticks, WallUs *ret_us)
{
    const unsigned power = interface->resolution & 0x7fu;
    uint64_t time_us = 0;
    int64_t offset_us;
    const bool fits = interface->resolution & 0x80 ? binary_us(ticks, power, &time_us)
                                                   : decimal_us(ticks, power, &time_us);

    return fits && time_us <= TIME_MAX_US &&
           !__builtin_mul_overflow(interface->offset_s, US_PER_SECOND, &offset_us) &&
           !__builtin_add_overflow((int64_t)time_us, offset_us, ret_us);
}

static void
take_options(CaptureReader *capture, ByteReader options, Interface *interface)
{
    while (options.left >= 4) {
        const uint16_t code = get_u16(capture, &options);
        const uint16_t size = get_u16(capture, &options);
        ByteReader value = byte_reader_slice(&options, size);

        if (code == 0 || value.broken)
            return;
        if (code == NG_OPTION_TSRES && size == 1)
            interface->resolution = byte_reader_u8(&value);
        if (code == NG_OPTION_OFFSET && size == 8) {
            const uint64_t offset = byte_reader_be(&value, 8);

            interface->offset_s = (int64_t)(capture->little ? GUINT64_SWAP_LE_BE(offset) : offset);
        }
        byte_reader_skip(&options, (4u - size % 4u) % 4u);
    }
}

static void
take_interface(CaptureReader *capture, ByteReader body)
{
    Interface interface = {.resolution = 6};

    interface.link_type = get_u16(capture, &body);
    byte_reader_skip(&body, 2);
    interface.snap_length = get_u32(capture, &body);
    if (body.broken || capture->n_interfaces == CAPTURE_INTERFACES_MAX) {
        capture->counters.skipped++;
        return;
    }
    take_options(capture, body, &interface);
    capture->interfaces[capture->n_interfaces++] = interface;
}

static void
take_simple(CaptureReader *capture, ByteReader body)
{
    const uint32_t whole = get_u32(capture, &body);
    const Interface *interface = &capture->interfaces[0];

    if (body.broken || capture->n_interfaces == 0) {
        capture->counters.skipped++;
        return;
    }
    size_t size = MIN(whole, body.left);

    if (interface->snap_length > 0)
        size = MIN(size, interface->snap_length);
    show(capture, &(CapturePacket){
                      .bytes = body.at,
                      .size = size,
                      .whole = MAX(whole, size),
                      .link_type = interface->link_type,
                  });
}

static void
take_packet(CaptureReader *capture, ByteReader body, uint32_t index)
{
    const uint64_t high = get_u32(capture, &body);
    const uint64_t ticks = high << 32 | get_u32(capture, &body);
    const uint32_t size = get_u32(capture, &body);
    const uint32_t whole = get_u32(capture, &body);
    const ByteReader bytes = byte_reader_slice(&body, size);
    CapturePacket packet = {.bytes = bytes.at, .size = size, .whole = MAX(whole, size)};

    if (bytes.broken || index >= capture->n_interfaces) {
        capture->counters.skipped++;
        return;
    }
    packet.link_type = capture->interfaces[index].link_type;
    packet.has_time = ticks_to_us(&capture->interfaces[index], ticks, &packet.time_us);
    show(capture, &packet);
}

static void
take_body(CaptureReader *capture, uint32_t type, ByteReader body)
{
    if (type == NG_SECTION) {
        capture->n_interfaces = 0;
    } else if (type == NG_INTERFACE) {
        take_interface(capture, body);
    } else if (type == NG_ENHANCED) {
        const uint32_t index = get_u32(capture, &body);

        take_packet(capture, body, index);
    } else if (type == NG_PACKET) {
        const uint16_t index = get_u16(capture, &body);

        byte_reader_skip(&body, 2);
        take_packet(capture, body, index);
    } else if (type == NG_SIMPLE) {
        take_simple(capture, body);
    }
}

/* A section says in which byte order its numbers are, those of its own head included.
 * Returns: false while it is not whole, or when it is none */
static bool
take_order(CaptureReader *capture, ByteReader reader)
{
    byte_reader_skip(&reader, 4);
    const uint32_t order = byte_reader_u32(&reader);

    if (reader.broken)
        return false;
    if (order != NG_ORDER && GUINT32_SWAP_LE_BE(order) != NG_ORDER) {
        give_up(capture);
        return false;
    }
    capture->little = order != NG_ORDER;
    capture->format = FORMAT_NG;
    return true;
}

static size_t
take_ng_block(CaptureReader *capture, ByteReader reader)
{
    const uint32_t raw_type = byte_reader_u32(&reader);

    if (reader.broken || (raw_type == NG_SECTION && !take_order(capture, reader)))
        return 0;
    const uint32_t type = capture->little ? GUINT32_SWAP_LE_BE(raw_type) : raw_type;
    const uint32_t size = get_u32(capture, &reader);

    if (reader.broken)
        return 0;
    if (size < NG_ENDS || size % 4 != 0) {
        give_up(capture);
        return 0;
    }
    if (size > CAPTURE_BLOCK_MAX) {
        capture->counters.skipped++;
        capture->to_skip = size;
        return 0;
    }
    const ByteReader body = byte_reader_slice(&reader, size - NG_ENDS);

    if (body.broken || reader.left < 4)
        return 0;
    take_body(capture, type, body);
    return size;
}

/* Returns: bytes used up; 0 while what is there is not whole */
static size_t
take_one(CaptureReader *capture, const uint8_t *data, size_t size)
{
    const ByteReader reader = byte_reader(data, size);

    switch (capture->format) {
    case FORMAT_PCAP:
        return take_pcap_record(capture, reader);
    case FORMAT_NG:
        return take_ng_block(capture, reader);
    case FORMAT_UNKNOWN:
        break;
    }
    if (size < CAPTURE_MAGIC_SIZE)
        return 0;
    if (!capture_looks_like(data, size)) {
        give_up(capture);
        return 0;
    }
    return data[0] == (NG_SECTION & 0xff) ? take_ng_block(capture, reader)
                                          : take_pcap_head(capture, reader);
}

static size_t
skip(CaptureReader *capture, size_t size)
{
    const size_t skipped = (size_t)MIN(capture->to_skip, size);

    capture->to_skip -= skipped;
    return skipped;
}

void
capture_reader_push(CaptureReader *capture, const uint8_t *data, size_t size)
{
    GByteArray *held = capture->held;
    size_t at = 0;

    if (size == 0 || capture->counters.broken)
        return;
    g_byte_array_append(held, data, (guint)size);
    while (!capture->counters.broken) {
        at += skip(capture, held->len - at);
        const size_t used = take_one(capture, held->data + at, held->len - at);

        if (used == 0 && (capture->to_skip == 0 || at == held->len))
            break;
        at += used;
    }
    if (at > 0)
        g_byte_array_remove_range(held, 0, (guint)at);
}
