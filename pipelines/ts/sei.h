/* Numbers of SEI messages (H.264 7.3.2.3.1, HEVC 7.3.5): bytes of 255, and one below. Pure. */
#pragma once

#include "pipelines/base/byte-reader.h"

static inline size_t
sei_number(ByteReader *sei)
{
    size_t sum = 0;
    uint8_t byte;

    do {
        byte = byte_reader_u8(sei);
        sum += byte;
    } while (byte == 0xff);
    return sum;
}
