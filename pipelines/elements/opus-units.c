/* The header: 11 bits of sync, three flags, a size in bytes of 255, and what the flags announce. */
#include "pipelines/elements/opus-units.h"

#include <string.h>

#define SYNC_MASK  0xffe0u
#define SYNC       0x7fe0u
#define START_TRIM 0x0010u
#define END_TRIM   0x0008u
#define EXTENDED   0x0004u

#define CHANNELS_MAX   8u
#define FAMILY_MAPPED  1u
#define FAMILY_UNKNOWN 255u

/* By number of channels: coded streams, those of them that hold two channels, and in which coded
 * channel each of the channels is found. */
static const struct {
    uint8_t streams;
    uint8_t coupled;
    uint8_t order[CHANNELS_MAX];
} mappings[CHANNELS_MAX + 1] = {
    [1] = {1, 0, {0}},
    [2] = {1, 1, {0, 1}},
    [3] = {2, 1, {0, 2, 1}},
    [4] = {2, 2, {0, 1, 2, 3}},
    [5] = {3, 2, {0, 4, 1, 2, 3}},
    [6] = {4, 2, {0, 4, 1, 2, 3, 5}},
    [7] = {4, 3, {0, 4, 1, 2, 3, 5, 6}},
    [8] = {5, 3, {0, 6, 1, 2, 3, 4, 5, 7}},
};

unsigned
opus_channels(unsigned config)
{
    return config >= 2 && config <= CHANNELS_MAX + 1 ? config - 1 : 2;
}

size_t
opus_head(unsigned config, uint8_t ret_head[OPUS_HEAD_MAX])
{
    const unsigned n = opus_channels(config);
    const uint8_t family = config == 1 ? FAMILY_UNKNOWN : n > 2 ? FAMILY_MAPPED : 0;
    const uint8_t head[] = {
        'O', 'p', 'u',  's',  'H', 'e', 'a', 'd', 1,     (uint8_t)n,
        0,   0,   0x80, 0xbb, 0,   0,   0,   0,   family}; /* 48,000 Hz, no gain */

    memcpy(ret_head, head, sizeof head);
    if (family == 0)
        return sizeof head;
    ret_head[sizeof head] = mappings[n].streams;
    ret_head[sizeof head + 1] = mappings[n].coupled;
    memcpy(ret_head + sizeof head + 2, mappings[n].order, n);
    return sizeof head + 2 + n;
}

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
