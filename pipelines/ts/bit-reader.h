/* Bits from outside, most significant first, over a bounded slice; and Exp-Golomb numbers.
 *
 * Like ByteReader: a read past the end returns 0 and marks the reader broken. For NAL units the
 * emulation prevention byte (the 3 of 00 00 03) is left out. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"

typedef struct {
    ByteReader bytes;
    uint64_t cache; /* the low @have bits are the next ones */
    unsigned have;
    unsigned zeros; /* zero bytes in a row just read */
    bool nal;       /* leave emulation prevention out */
    bool broken;
} BitReader;

static inline BitReader
bit_reader(ByteReader bytes, bool nal)
{
    return (BitReader){.bytes = bytes, .nal = nal};
}

static inline void
bit_reader_fill(BitReader *reader)
{
    uint8_t byte = byte_reader_u8(&reader->bytes);

    if (reader->nal && reader->zeros >= 2 && byte == 3) {
        byte = byte_reader_u8(&reader->bytes);
        reader->zeros = 0;
    }
    reader->broken |= reader->bytes.broken;
    reader->zeros = byte == 0 ? reader->zeros + 1 : 0;
    reader->cache = reader->cache << 8 | byte;
    reader->have += 8;
}

/* The next @count bits, 0 to 32. */
static inline uint32_t
bit_reader_bits(BitReader *reader, unsigned count)
{
    while (reader->have < count && !reader->broken)
        bit_reader_fill(reader);
    if (reader->broken)
        return 0;
    reader->have -= count;
    return (uint32_t)(reader->cache >> reader->have & ((UINT64_C(1) << count) - 1));
}

static inline bool
bit_reader_flag(BitReader *reader)
{
    return bit_reader_bits(reader, 1) != 0;
}

static inline void
bit_reader_skip(BitReader *reader, unsigned count)
{
    for (; count > 32 && !reader->broken; count -= 32)
        (void)bit_reader_bits(reader, 32);
    (void)bit_reader_bits(reader, count > 32 ? 32 : count);
}

/* An unsigned Exp-Golomb number below 2^32 - 1; a longer one breaks the reader. */
static inline uint32_t
bit_reader_ue(BitReader *reader)
{
    unsigned zeros = 0;

    while (!reader->broken && !bit_reader_flag(reader))
        if (++zeros > 31)
            reader->broken = true;
    if (reader->broken)
        return 0;
    return ((UINT32_C(1) << zeros) - 1) + bit_reader_bits(reader, zeros);
}

/* A signed one. */
static inline int32_t
bit_reader_se(BitReader *reader)
{
    const uint32_t number = bit_reader_ue(reader);

    return number & 1 ? (int32_t)(number / 2 + 1) : -(int32_t)(number / 2);
}
