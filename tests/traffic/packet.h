/* Single transport stream packets, written. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define PACKET_SIZE     188
#define PACKET_NULL_PID 0x1fff
#define SECTION_MAX     183 /* bytes of a section that fits in one packet behind its pointer */

/* The 13-bit PID of a packet. */
static inline uint16_t
packet_pid(const uint8_t *packet)
{
    return (uint16_t)((packet[1] & 0x1f) << 8 | packet[2]);
}

/* A null packet: 188 bytes at @out. */
void packet_write_null(uint8_t *out);

/* A packet that carries nothing but a clock reference; its counter repeats @counter, the last sent.
 */
void packet_write_pcr(uint8_t *out, uint16_t pid, uint8_t counter, Pcr27 pcr);

/* A packet with one whole section of at most SECTION_MAX bytes, which ends in its CRC. */
void packet_write_section(
    uint8_t *out, uint16_t pid, uint8_t counter, const uint8_t *section, size_t size);

/* Overwrites the last bytes of the payload with a number of 36 bits, in which there is no start
 * code and no sync word of sound. */
void packet_write_number(uint8_t *packet, uint64_t number);

/* Writes the CRC over the first @size - 4 bytes into the last four. */
void section_seal(uint8_t *section, size_t size);

/* Rewrites the 33 bits of the time stamp of a PES header whose five bytes begin at @at. */
void packet_restamp(uint8_t *at, Pts90 stamp);

/* Reads what packet_restamp() writes. */
Pts90 packet_stamp(const uint8_t *at);
