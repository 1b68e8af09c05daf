/* Bytes in order; a time stamp whose marker bits are wrong is none. */
#include "pipelines/ts/pes-header.h"

#include "pipelines/base/byte-reader.h"

#define BARE_SIZE 6u /* of headers without optional fields */
#define FULL_SIZE 9u /* as far as the length of the optional fields */

/* Stream ids whose packets have no optional fields: ISO 13818-1 table 2-21. */
static bool
is_bare(uint8_t stream_id)
{
    return stream_id == 0xbc || stream_id == 0xbe || stream_id == 0xbf || stream_id == 0xf0 ||
           stream_id == 0xf1 || stream_id == 0xf2 || stream_id == 0xf8 || stream_id == 0xff;
}

/* 5 bytes with marker bits between. */
static Pts90
read_stamp(ByteReader *fields)
{
    const uint64_t bits = byte_reader_be(fields, 5);

    if (fields->broken || (bits & 0x0100010001) != 0x0100010001)
        return PTS90_MODULUS;
    return (bits >> 33 & 7) << 30 | (bits >> 17 & 0x7fff) << 15 | (bits >> 1 & 0x7fff);
}

/* @flags: of the two bytes behind the length */
static void
read_stamps(ByteReader *fields, uint16_t flags, PesHeader *header)
{
    if (flags & 0x0080)
        header->pts = header->dts = read_stamp(fields);
    if ((flags & 0x00c0) != 0x00c0)
        return;
    header->dts = read_stamp(fields);
    header->own_dts = header->dts != PTS90_MODULUS;
    if (header->pts == PTS90_MODULUS || !header->own_dts)
        header->dts = header->pts;
}

PesHeaderAnswer
pes_header_read(const uint8_t *data, size_t size, PesHeader *ret_header)
{
    PesHeader header = {.pts = PTS90_MODULUS, .dts = PTS90_MODULUS};
    ByteReader reader = byte_reader(data, size);
    uint8_t optional = 0;

    for (size_t i = 0; i < 3 && i < size; i++)
        if (data[i] != (i == 2))
            return PES_HEADER_NONE;
    byte_reader_skip(&reader, 3);
    header.stream_id = byte_reader_u8(&reader);
    header.length = byte_reader_u16(&reader);
    header.size = BARE_SIZE;
    if (reader.broken)
        return PES_HEADER_SHORT;
    if (header.stream_id < 0xbc)
        return PES_HEADER_NONE; /* a start code of video */
    if (!is_bare(header.stream_id)) {
        const uint16_t flags = byte_reader_u16(&reader);
        const size_t stamps = (flags & 0x80 ? 5u : 0u) + ((flags & 0xc0) == 0xc0 ? 5u : 0u);

        optional = byte_reader_u8(&reader);
        if (reader.broken)
            return PES_HEADER_SHORT;
        if ((flags & 0xc000) != 0x8000)
            return PES_HEADER_NONE;
        if (reader.left < stamps && reader.left < optional)
            return PES_HEADER_SHORT;
        ByteReader fields =
            byte_reader_slice(&reader, optional < reader.left ? optional : reader.left);

        header.size = (uint16_t)(FULL_SIZE + optional);
        header.scrambled = (flags & 0x3000) != 0;
        read_stamps(&fields, flags, &header);
    }
    *ret_header = header;
    return PES_HEADER_GOOD;
}
