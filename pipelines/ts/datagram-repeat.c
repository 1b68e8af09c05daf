/* Marks of a datagram, compared with those of the one before. */
#include "pipelines/ts/datagram-repeat.h"

#include <string.h>

#define PACKET_188 188u
#define PACKET_204 204u
#define SYNC_BYTE  0x47
#define PID_NULL   0x1fff

/* Bytes from one packet to the next; 0 if @data is no whole number of packets. */
static size_t
stride_of(const uint8_t *data, size_t size)
{
    static const size_t strides[] = {PACKET_188, PACKET_204};

    for (size_t i = 0; i < sizeof strides / sizeof strides[0]; i++) {
        const size_t stride = strides[i];

        if (size % stride == 0 && size > 0 && size <= stride * DATAGRAM_REPEAT_PACKETS &&
            data[0] == SYNC_BYTE && data[size - stride] == SYNC_BYTE)
            return stride;
    }
    return 0;
}

static uint64_t
bytes_at(const uint8_t *at)
{
    uint64_t bytes = 0;

    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* Whether the packet's counter goes on with the next packet of its PID. */
static bool
counts(const uint8_t *packet)
{
    return packet[3] & 0x10 && ((packet[1] & 0x1f) << 8 | packet[2]) != PID_NULL;
}

bool
datagram_repeat_push(DatagramRepeat *repeat, const uint8_t *data, size_t size)
{
    const size_t stride = stride_of(data, size);
    bool same = stride != 0 && size == repeat->size, counted = false;

    repeat->size = stride != 0 ? size : 0;
    for (size_t i = 0, at = 0; stride != 0 && at < size; i++, at += stride) {
        const uint64_t first = bytes_at(data + at), last = bytes_at(data + at + PACKET_188 - 8);

        same = same && repeat->marks[2 * i] == first && repeat->marks[2 * i + 1] == last;
        counted = counted || counts(data + at);
        repeat->marks[2 * i] = first;
        repeat->marks[2 * i + 1] = last;
    }
    repeat->count += same && counted;
    return same && counted;
}
