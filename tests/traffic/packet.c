/* Writing of null packets, clock references, sections and time stamps (ISO/IEC 13818-1, 2.4). */
#include "tests/traffic/packet.h"

#include <string.h>

#define NUMBER_SIZE 6 /* bytes of the number of a packet, six bits in each */

static void
write_header(uint8_t *out, uint16_t pid, bool unit_start, uint8_t control)
{
    out[0] = 0x47;
    out[1] = (uint8_t)((unit_start ? 0x40 : 0) | pid >> 8);
    out[2] = (uint8_t)pid;
    out[3] = control;
}

void
packet_write_null(uint8_t *out)
{
    write_header(out, PACKET_NULL_PID, false, 0x10);
    memset(out + 4, 0xff, PACKET_SIZE - 4);
}

void
packet_write_pcr(uint8_t *out, uint16_t pid, uint8_t counter, Pcr27 pcr)
{
    const uint64_t base = pcr / 300;
    const unsigned extension = (unsigned)(pcr % 300);

    write_header(out, pid, false, (uint8_t)(0x20 | (counter & 0x0f)));
    out[4] = PACKET_SIZE - 5;
    out[5] = 0x10;
    out[6] = (uint8_t)(base >> 25);
    out[7] = (uint8_t)(base >> 17);
    out[8] = (uint8_t)(base >> 9);
    out[9] = (uint8_t)(base >> 1);
    out[10] = (uint8_t)((base & 1) << 7 | 0x7e | extension >> 8);
    out[11] = (uint8_t)extension;
    memset(out + 12, 0xff, PACKET_SIZE - 12);
}

void
packet_write_section(
    uint8_t *out, uint16_t pid, uint8_t counter, const uint8_t *section, size_t size)
{
    write_header(out, pid, true, (uint8_t)(0x10 | (counter & 0x0f)));
    out[4] = 0;
    memcpy(out + 5, section, size);
    memset(out + 5 + size, 0xff, PACKET_SIZE - 5 - size);
}

void
packet_write_number(uint8_t *packet, uint64_t number)
{
    for (unsigned i = 0; i < NUMBER_SIZE; i++)
        packet[PACKET_SIZE - 1 - i] = (uint8_t)(0x40 | (number >> 6 * i & 0x3f));
}

void
section_seal(uint8_t *section, size_t size)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i + 4 < size; i++) {
        crc ^= (uint32_t)section[i] << 24;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ (crc & 0x80000000 ? 0x04c11db7 : 0);
    }
    for (size_t i = 0; i < 4; i++)
        section[size - 4 + i] = (uint8_t)(crc >> (24 - 8 * i));
}

void
packet_restamp(uint8_t *at, Pts90 stamp)
{
    at[0] = (uint8_t)((at[0] & 0xf1) | (stamp >> 29 & 0x0e));
    at[1] = (uint8_t)(stamp >> 22);
    at[2] = (uint8_t)(stamp >> 14 | 1);
    at[3] = (uint8_t)(stamp >> 7);
    at[4] = (uint8_t)(stamp << 1 | 1);
}

Pts90
packet_stamp(const uint8_t *at)
{
    return (Pts90)(at[0] & 0x0e) << 29 | (Pts90)at[1] << 22 | (Pts90)(at[2] & 0xfe) << 14 |
           (Pts90)at[3] << 7 | at[4] >> 1;
}
