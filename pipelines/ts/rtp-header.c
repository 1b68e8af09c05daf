/* Lengths are checked by the bounded reader; padding against what is left of the slice. */
#include "pipelines/ts/rtp-header.h"

#include "pipelines/base/byte-reader.h"

#define VERSION    2u
#define PADDING    0x20u
#define EXTENSION  0x10u
#define CSRC_COUNT 0x0fu
#define SYNC_BYTE  0x47u

bool
rtp_header_read(const uint8_t *data, size_t size, RtpHeader *ret_header)
{
    ByteReader reader = byte_reader(data, size);

    if (size < RTP_HEADER_SIZE)
        return false;
    const uint8_t flags = byte_reader_u8(&reader);

    if (flags >> 6 != VERSION)
        return false;
    RtpHeader header = {.payload_type = byte_reader_u8(&reader) & 0x7f};

    header.sequence = byte_reader_u16(&reader);
    header.timestamp = byte_reader_u32(&reader);
    header.ssrc = byte_reader_u32(&reader);
    byte_reader_skip(&reader, 4u * (flags & CSRC_COUNT));
    if (flags & EXTENSION) {
        byte_reader_skip(&reader, 2);
        byte_reader_skip(&reader, 4u * byte_reader_u16(&reader));
    }
    const size_t padding = flags & PADDING ? data[size - 1] : 0;

    if (reader.broken || padding > reader.left)
        return false;
    header.payload_offset = size - reader.left;
    header.payload_size = reader.left - padding;
    *ret_header = header;
    return true;
}

bool
rtp_looks_like(const uint8_t *data, size_t size)
{
    RtpHeader header;

    if (!rtp_header_read(data, size, &header) || header.payload_size == 0)
        return false;
    return header.payload_type == RTP_MP2T || data[header.payload_offset] == SYNC_BYTE;
}
