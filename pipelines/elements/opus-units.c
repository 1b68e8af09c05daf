/* The header: 11 bits of sync, three flags, a size in bytes of 255, and what the flags announce. */
#include "pipelines/elements/opus-units.h"

#define SYNC_MASK  0xffe0u
#define SYNC       0x7fe0u
#define START_TRIM 0x0010u
#define END_TRIM   0x0008u
#define EXTENDED   0x0004u

bool
opus_units_next(ByteReader *reader, ByteReader *ret_packet)
{
    const uint16_t head = byte_reader_u16(reader);
    size_t size = 0;
    uint8_t part = 0;

    if (reader->broken || (head & SYNC_MASK) != SYNC)
        return false;
    do {
        part = byte_reader_u8(reader);
        size += part;
    } while (part == 0xff && !reader->broken);
    byte_reader_skip(reader,
                     ((head & START_TRIM) != 0 ? 2u : 0u) + ((head & END_TRIM) != 0 ? 2u : 0u));
    if ((head & EXTENDED) != 0)
        byte_reader_skip(reader, byte_reader_u8(reader));
    *ret_packet = byte_reader_slice(reader, size);
    return !reader->broken && size > 0;
}
