/* Records to bytes and back, and the search for the next sound one. */
#include "appliance/events/segment.h"

#include <string.h>

static const uint8_t magic[8] = {'G', 'N', 'T', 'R', 'Y', 'J', 'N', 'L'};

/* CRC-32C of one nibble, reflected polynomial 0x82F63B78. */
static const uint32_t crc_of_nibble[16] = {
    0x00000000u, 0x105ec76fu, 0x20bd8edeu, 0x30e349b1u, 0x417b1dbcu, 0x5125dad3u,
    0x61c69362u, 0x7198540du, 0x82f63b78u, 0x92a8fc17u, 0xa24bb5a6u, 0xb21572c9u,
    0xc38d26c4u, 0xd3d3e1abu, 0xe330a81au, 0xf36e6f75u,
};

uint32_t
crc32c(uint32_t crc, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ crc_of_nibble[crc & 15];
        crc = crc >> 4 ^ crc_of_nibble[crc & 15];
    }
    return ~crc;
}

static void
put_le(uint8_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t
get_le(const uint8_t *at, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = bytes; i > 0; i--)
        value = value << 8 | at[i - 1];
    return value;
}

void
segment_header_write(const SegmentHeader *header, uint8_t ret_bytes[SEGMENT_HEADER_BYTES])
{
    memset(ret_bytes, 0, SEGMENT_HEADER_BYTES);
    memcpy(ret_bytes, magic, sizeof magic);
    put_le(ret_bytes + 8, SEGMENT_VERSION, 4);
    put_le(ret_bytes + 16, header->first_seq, 8);
    memcpy(ret_bytes + 24, header->journal_id, sizeof header->journal_id);
    put_le(ret_bytes + 12, crc32c(0, ret_bytes + 16, SEGMENT_HEADER_BYTES - 16), 4);
}

bool
segment_header_read(const void *data, size_t size, SegmentHeader *ret_header)
{
    const uint8_t *bytes = data;

    if (size < SEGMENT_HEADER_BYTES || memcmp(bytes, magic, sizeof magic) != 0 ||
        get_le(bytes + 8, 4) != SEGMENT_VERSION ||
        get_le(bytes + 12, 4) != crc32c(0, bytes + 16, SEGMENT_HEADER_BYTES - 16))
        return false;
    ret_header->first_seq = get_le(bytes + 16, 8);
    memcpy(ret_header->journal_id, bytes + 24, sizeof ret_header->journal_id);
    return ret_header->first_seq > 0;
}

void
segment_id_text(const uint8_t journal_id[16], char ret_text[SEGMENT_ID_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;

    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            ret_text[at++] = '-';
        ret_text[at++] = digits[journal_id[i] >> 4];
        ret_text[at++] = digits[journal_id[i] & 15];
    }
    ret_text[at] = '\0';
}

size_t
segment_record_bytes(size_t payload_size)
{
    return (SEGMENT_RECORD_HEADER_BYTES + payload_size + 7) & ~(size_t)7;
}

static uint32_t
record_crc(const uint8_t *record, size_t payload_size)
{
    return crc32c(crc32c(0, record, 4), record + 8, 8 + payload_size);
}

void
segment_record_append(GByteArray *bytes, uint64_t seq, const void *payload, size_t size)
{
    const guint begin = bytes->len;

    g_return_if_fail(size > 0 && size <= EVENT_MAX_BYTES);

    g_byte_array_set_size(bytes, begin + (guint)segment_record_bytes(size));
    uint8_t *record = bytes->data + begin;

    memset(record, 0, segment_record_bytes(size));
    put_le(record, size, 4);
    put_le(record + 8, seq, 8);
    memcpy(record + SEGMENT_RECORD_HEADER_BYTES, payload, size);
    put_le(record + 4, record_crc(record, size), 4);
}

/* Whether a sound record stands at the walk's offset. */
static bool
record_here(const SegmentWalk *walk, SegmentRecord *ret_record)
{
    const uint8_t *record = walk->data + walk->offset;
    const size_t left = walk->size - walk->offset;

    if (left < SEGMENT_RECORD_HEADER_BYTES)
        return false;
    const size_t size = get_le(record, 4);

    if (size == 0 || size > EVENT_MAX_BYTES || size > left - SEGMENT_RECORD_HEADER_BYTES)
        return false;
    if (get_le(record + 4, 4) != record_crc(record, size))
        return false;
    ret_record->seq = get_le(record + 8, 8);
    ret_record->payload = record + SEGMENT_RECORD_HEADER_BYTES;
    ret_record->size = size;
    return true;
}

/* Passes one unit of bytes that are no record. */
static void
skip_unit(SegmentWalk *walk)
{
    const size_t unit = MIN((size_t)8, walk->size - walk->offset);

    for (size_t i = 0; i < unit; i++)
        walk->skipped += walk->data[walk->offset + i] != 0;
    walk->offset += unit;
}

bool
segment_walk_next(SegmentWalk *walk, SegmentRecord *ret_record)
{
    while (walk->offset < walk->size) {
        SegmentRecord record;

        if (!record_here(walk, &record)) {
            skip_unit(walk);
            continue;
        }
        walk->offset = MIN(walk->offset + segment_record_bytes(record.size), walk->size);
        walk->good_end = walk->offset;
        if (record.seq <= walk->after_seq)
            continue;
        walk->after_seq = record.seq;
        *ret_record = record;
        return true;
    }
    return false;
}
