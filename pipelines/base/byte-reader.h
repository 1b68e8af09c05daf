/* A slice of bytes from outside, read front to back; it cannot run past its end.
 *
 * A read that does not fit returns 0 and marks the reader broken; every later read returns 0 too,
 * so a parser may read a whole header and ask once. Lengths found inside the data are taken with
 * byte_reader_slice(), so that what they enclose is bounded by them and by the enclosing slice. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *at; /* no-ref; the next byte */
    size_t left;       /* bytes from @at to the end of the slice; 0 once broken */
    bool broken;       /* a read did not fit */
} ByteReader;

static inline ByteReader
byte_reader(const void *data, size_t size)
{
    return (ByteReader){.at = data, .left = size};
}

/* The next @count bytes, big-endian; @count is 1 to 8. */
static inline uint64_t
byte_reader_be(ByteReader *reader, size_t count)
{
    uint64_t value = 0;

    if (reader->broken || reader->left < count) {
        reader->broken = true;
        reader->left = 0; /* a loop over what is left ends */
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        value = value << 8 | reader->at[i];
    reader->at += count;
    reader->left -= count;
    return value;
}

static inline uint8_t
byte_reader_u8(ByteReader *reader)
{
    return (uint8_t)byte_reader_be(reader, 1);
}

static inline uint16_t
byte_reader_u16(ByteReader *reader)
{
    return (uint16_t)byte_reader_be(reader, 2);
}

static inline uint32_t
byte_reader_u32(ByteReader *reader)
{
    return (uint32_t)byte_reader_be(reader, 4);
}

/* Cuts the next @size bytes off as a reader of their own; a broken, empty one if they are not
 * there. */
static inline ByteReader
byte_reader_slice(ByteReader *reader, size_t size)
{
    if (reader->broken || reader->left < size) {
        reader->broken = true;
        reader->left = 0;
        return (ByteReader){.broken = true};
    }
    const ByteReader slice = byte_reader(reader->at, size);

    reader->at += size;
    reader->left -= size;
    return slice;
}

static inline void
byte_reader_skip(ByteReader *reader, size_t size)
{
    (void)byte_reader_slice(reader, size);
}
