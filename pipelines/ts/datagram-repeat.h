/* Datagrams of a bare transport stream that come twice in a row, as a network that repeats them
 * delivers them. Without sequence numbers, only what they hold tells. Pure.
 *
 * A datagram is the one before it again if sizes, packet headers and the last bytes of each packet
 * are the same, and one of the packets at least has a payload and is no null packet: its continuity
 * counter would have gone on. Datagrams that do not begin with a packet are never taken for
 * repeated ones. Nothing is copied but the bytes that are compared. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATAGRAM_REPEAT_PACKETS 8 /* packets compared; longer datagrams are never repeated ones */

typedef struct {
    size_t size; /* of the last datagram, bytes; 0: none, or not fit */
    uint64_t marks[2 * DATAGRAM_REPEAT_PACKETS]; /* first and last bytes of its packets */
    uint64_t count;                              /* datagrams that came again */
} DatagramRepeat;                                /* all-zero is the initial state */

/* Takes a datagram. Returns: whether it is the one before it again; then it is to be left out */
bool datagram_repeat_push(DatagramRepeat *repeat, const uint8_t *data, size_t size);
