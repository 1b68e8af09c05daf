/* Each FEC datagram is kept until what it covers is there, or given up. */
#include "pipelines/ts/rtp-fec.h"

#include <glib.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"

#define FEC_HEADER_SIZE 16u
#define FLAGS           0x3fu /* P, X, CC in the first byte of RTP */
#define MARKER          0x80u
#define VERSION_2       0x80u
#define TYPE_SHIFT      3
#define TYPE_MASK       7u /* 0 is XOR */

void
rtp_fec_init(RtpFec *fec)
{
    if (!fec->bytes)
        fec->bytes = g_malloc((size_t)RTP_FEC_PACKETS * RTP_WINDOW_BYTES);
}

void
rtp_fec_clear(RtpFec *fec)
{
    g_clear_pointer(&fec->bytes, g_free);
}

static uint8_t *
bytes_of(const RtpFec *fec, const RtpFecPacket *packet)
{
    return fec->bytes + (size_t)(packet - fec->packets) * RTP_WINDOW_BYTES;
}

/* Writes all but @base, which is the 16 bits of the header then; @ret_reader is left at the XOR. */
static bool
read_packet(const uint8_t *data, size_t size, RtpFecPacket *ret_packet, ByteReader *ret_reader)
{
    ByteReader reader = byte_reader(data, size);
    RtpFecPacket packet = {.used = true};
    const uint8_t first = byte_reader_u8(&reader);

    packet.flags = first & FLAGS;
    packet.marker = byte_reader_u8(&reader) & MARKER;
    byte_reader_skip(&reader, RTP_HEADER_SIZE - 2);
    packet.base = byte_reader_u16(&reader);
    packet.length = byte_reader_u16(&reader);
    packet.payload_type = byte_reader_u8(&reader) & 0x7f;
    byte_reader_skip(&reader, 3);
    packet.timestamp = byte_reader_u32(&reader);
    const uint8_t kind = byte_reader_u8(&reader);

    packet.offset = byte_reader_u8(&reader);
    packet.count = byte_reader_u8(&reader);
    byte_reader_skip(&reader, 1);
    if (reader.broken || first >> 6 != 2 || (kind >> TYPE_SHIFT & TYPE_MASK) != 0 ||
        packet.offset == 0 || packet.offset > RTP_FEC_SIDE_MAX || packet.count == 0 ||
        packet.count > RTP_FEC_SIDE_MAX || packet.offset * packet.count > RTP_FEC_MATRIX_MAX ||
        reader.left > RTP_WINDOW_BYTES - RTP_HEADER_SIZE)
        return false;
    packet.size = (uint16_t)reader.left;
    *ret_packet = packet;
    *ret_reader = reader;
    return true;
}

bool
rtp_fec_looks_like(const uint8_t *data, size_t size)
{
    RtpFecPacket packet;
    ByteReader reader;

    return read_packet(data, size, &packet, &reader);
}

/* What of a packet is missing in the window. */
typedef struct {
    unsigned count; /* numbers that are not there */
    unsigned gone;  /* of these, too late to help: given up, or from before the window */
    unsigned given_up;
    uint64_t number; /* one of them */
} Missing;

static Missing
missing_of(const RtpFecPacket *packet, const RtpWindow *window)
{
    Missing missing = {.number = packet->base};

    for (unsigned i = 0; i < packet->count; i++) {
        const uint64_t number = packet->base + (uint64_t)i * packet->offset;
        const RtpSlot *slot = rtp_window_slot(window, number);

        if (slot && slot->size > 0)
            continue;
        missing.count++;
        missing.gone += number < window->next;
        missing.given_up += slot && slot->state == RTP_SLOT_LOST;
        missing.number = number;
    }
    return missing;
}

static void
drop(RtpFec *fec, RtpFecPacket *packet)
{
    packet->used = false;
    fec->n_packets--;
}

/* Forgets the packets that cannot help any more. */
static void
sweep(RtpFec *fec, const RtpWindow *window)
{
    for (unsigned i = 0; i < RTP_FEC_PACKETS; i++) {
        RtpFecPacket *packet = &fec->packets[i];

        if (!packet->used)
            continue;
        const Missing missing = missing_of(packet, window);

        if (missing.gone == missing.count)
            drop(fec, packet);
    }
}

/* A free place; the oldest packet makes room for it. */
static RtpFecPacket *
room(RtpFec *fec, const RtpWindow *window)
{
    RtpFecPacket *oldest = &fec->packets[0];

    if (fec->n_packets == RTP_FEC_PACKETS)
        sweep(fec, window);
    for (unsigned i = 0; i < RTP_FEC_PACKETS; i++) {
        RtpFecPacket *packet = &fec->packets[i];

        if (!packet->used)
            return packet;
        if (packet->base < oldest->base)
            oldest = packet;
    }
    drop(fec, oldest);
    fec->dropped++;
    return oldest;
}

static void
learn_matrix(RtpFec *fec, RtpFecKind kind, const RtpFecPacket *packet)
{
    switch (kind) {
    case RTP_FEC_COLUMN:
        fec->columns = packet->offset;
        fec->rows = packet->count;
        return;
    case RTP_FEC_ROW:
        fec->columns = packet->count;
        return;
    case RTP_FEC_KINDS:
        return;
    }
}

static void
keep(RtpFec *fec, const RtpFecPacket *packet, const uint8_t *xored, const RtpWindow *window)
{
    const Missing missing = missing_of(packet, window);

    if (missing.gone == missing.count) {
        fec->late += missing.given_up > 0;
        return;
    }
    RtpFecPacket *place = room(fec, window);

    *place = *packet;
    memcpy(bytes_of(fec, place), xored, packet->size);
    fec->n_packets++;
    fec->dirty = true;
}

void
rtp_fec_push(RtpFec *fec,
             RtpFecKind kind,
             const uint8_t *data,
             size_t size,
             MonoUs arrival_us,
             const RtpWindow *window)
{
    RtpHeader header = {.sequence = 0};
    RtpFecPacket packet;
    ByteReader reader;

    if (!read_packet(data, size, &packet, &reader)) {
        fec->malformed++;
        return;
    }
    fec->last_us = arrival_us;
    header.sequence = (uint16_t)(data[2] << 8 | data[3]);
    if (rtp_receiver_place(&fec->receivers[kind], &header, &(RtpHint){RTP_CLOCK_UNKNOWN, 0}) ==
        RTP_DUPLICATE)
        return;
    fec->received[kind]++;
    learn_matrix(fec, kind, &packet);
    packet.base = rtp_window_number(window, (uint16_t)packet.base);
    keep(fec, &packet, reader.at, window);
}

void
rtp_fec_touch(RtpFec *fec)
{
    fec->dirty = true;
}

void
rtp_fec_reset(RtpFec *fec)
{
    for (unsigned i = 0; i < RTP_FEC_PACKETS; i++)
        fec->packets[i].used = false;
    fec->n_packets = 0;
    memset(fec->receivers, 0, sizeof fec->receivers);
}

static void
xor_bytes(uint8_t *result, const uint8_t *with, size_t size)
{
    for (size_t i = 0; i < size; i++)
        result[i] ^= with[i];
}

/* The datagram that is missing, with all its header, in @fec->result. Returns: its size, or 0 if
 * the lengths do not fit */
static size_t
recover(RtpFec *fec, const RtpFecPacket *packet, const RtpWindow *window, uint64_t number)
{
    uint8_t *body = fec->result + RTP_HEADER_SIZE;
    uint8_t header[8] = {packet->flags, packet->marker | packet->payload_type};
    uint16_t length = packet->length;

    header[2] = (uint8_t)(packet->timestamp >> 24);
    header[3] = (uint8_t)(packet->timestamp >> 16);
    header[4] = (uint8_t)(packet->timestamp >> 8);
    header[5] = (uint8_t)packet->timestamp;
    memcpy(body, bytes_of(fec, packet), packet->size);
    for (unsigned i = 0; i < packet->count; i++) {
        size_t size = 0;
        const uint64_t other = packet->base + (uint64_t)i * packet->offset;
        const uint8_t *bytes = rtp_window_bytes(window, other, &size);

        if (other == number || !bytes)
            continue;
        size -= RTP_HEADER_SIZE;
        if (size > packet->size)
            return 0;
        header[0] ^= bytes[0] & FLAGS;
        xor_bytes(header + 1, bytes + 1, 1);
        xor_bytes(header + 2, bytes + 4, 4);
        xor_bytes(body, bytes + RTP_HEADER_SIZE, size);
        length ^= (uint16_t)size;
    }
    fec->result[0] = VERSION_2 | header[0];
    fec->result[1] = header[1];
    fec->result[2] = (uint8_t)(number >> 8);
    fec->result[3] = (uint8_t)number;
    memcpy(fec->result + 4, header + 2, 4);
    return length <= packet->size ? RTP_HEADER_SIZE + length : 0;
}

/* Whether a number that is missing will not come by itself any more. */
static bool
is_due(const RtpWindow *window, uint64_t number, MonoUs now_us)
{
    if (number >= window->end)
        return false;
    return window->end - number > RTP_FEC_NEAR ||
           (window->n_held > 0 && now_us - window->oldest_us >= RTP_FEC_NEAR_US);
}

/* A packet that covers one missing number, which is due; those that cannot help are dropped. */
static RtpFecPacket *
find(RtpFec *fec, const RtpWindow *window, MonoUs now_us, uint64_t *ret_number)
{
    unsigned unseen = fec->n_packets;
    bool early = false;

    for (unsigned i = 0; i < RTP_FEC_PACKETS && unseen > 0; i++) {
        RtpFecPacket *packet = &fec->packets[i];

        if (!packet->used)
            continue;
        unseen--;
        const Missing missing = missing_of(packet, window);

        if (missing.gone == missing.count) {
            drop(fec, packet);
        } else if (missing.count == 1 && is_due(window, missing.number, now_us)) {
            *ret_number = missing.number;
            return packet;
        }
        early = early || missing.count == 1;
    }
    fec->dirty = early;
    return NULL;
}

/* Whether @size bytes in @fec->result are a datagram of this flow. */
static bool
check(const RtpFec *fec, size_t size, uint8_t payload_type, RtpHeader *ret_header)
{
    return rtp_header_read(fec->result, size, ret_header) && ret_header->payload_size > 0 &&
           ret_header->payload_type == payload_type;
}

static void
put_ssrc(RtpFec *fec, uint32_t ssrc)
{
    for (unsigned i = 0; i < 4; i++)
        fec->result[8 + i] = (uint8_t)(ssrc >> (24 - 8 * i));
}

bool
rtp_fec_repair(RtpFec *fec,
               const RtpWindow *window,
               const RtpFecMedia *media,
               MonoUs now_us,
               RtpItem *ret_item)
{
    RtpFecPacket *packet = NULL;
    uint64_t number = 0;
    RtpHeader header;

    while (fec->dirty && fec->n_packets > 0 && (packet = find(fec, window, now_us, &number))) {
        const size_t size = recover(fec, packet, window, number);

        drop(fec, packet);
        put_ssrc(fec, media->ssrc);
        if (!check(fec, size, media->payload_type, &header)) {
            fec->refused++;
            continue;
        }
        fec->recovered++;
        *ret_item = (RtpItem){
            .data = fec->result,
            .size = size,
            .payload_offset = header.payload_offset,
            .payload_size = header.payload_size,
            .sequence = header.sequence,
            .repaired = true,
        };
        return true;
    }
    return false;
}

uint32_t
rtp_fec_hold(const RtpFec *fec)
{
    const uint32_t rows = fec->rows > 0 ? fec->rows : 1;

    return 2u * fec->columns * rows + fec->columns + RTP_FEC_NEAR;
}

bool
rtp_fec_present(const RtpFec *fec, MonoUs now_us)
{
    return fec->last_us != 0 && now_us - fec->last_us < RTP_FEC_PRESENT_US;
}
