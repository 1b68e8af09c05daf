/* Tables that never change, a clock that ticks with the datagrams (ISO/IEC 13818-1, 2.4.3
 * and 2.4.4). */
#include "appliance/supervisor/probe-stream.h"

#include <string.h>

#define PID_PAT       0x0000u
#define PID_PMT       0x0100u
#define PID_CLOCK     0x0101u
#define PID_NULL      0x1fffu
#define TS_STREAM_ID  1u
#define PLACES        7u
#define TICKS_A_US    27u
#define PCR_BASE_STEP 300u

static uint32_t
crc_of(const uint8_t *bytes, size_t size)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size; i++) {
        crc ^= (uint32_t)bytes[i] << 24;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (crc & 0x80000000u) != 0 ? crc << 1 ^ 0x04c11db7u : crc << 1;
    }
    return crc;
}

/* @unit_start: a section begins; @adaptation: 1 payload, 2 adaptation field only. */
static void
begin_packet(uint8_t *packet, unsigned pid, bool unit_start, unsigned control, uint64_t count)
{
    memset(packet, 0xff, PROBE_STREAM_PACKET);
    packet[0] = 0x47;
    packet[1] = (uint8_t)((unit_start ? 0x40u : 0u) | pid >> 8);
    packet[2] = (uint8_t)pid;
    packet[3] = (uint8_t)(control << 4 | (count & 0xfu));
}

/* Puts @section, without its checksum, behind the pointer field. */
static void
put_section(uint8_t *packet, const uint8_t *section, size_t size)
{
    const uint32_t crc = crc_of(section, size);

    packet[4] = 0;
    memcpy(packet + 5, section, size);
    for (unsigned i = 0; i < 4; i++)
        packet[5 + size + i] = (uint8_t)(crc >> (24 - 8 * i));
}

static void
put_pat(uint8_t *packet, uint64_t count)
{
    static const uint8_t section[] = {0x00,
                                      0xb0,
                                      13,
                                      0,
                                      TS_STREAM_ID,
                                      0xc1,
                                      0,
                                      0,
                                      0,
                                      PROBE_STREAM_SERVICE,
                                      0xe0 | PID_PMT >> 8,
                                      PID_PMT & 0xff};

    begin_packet(packet, PID_PAT, true, 1, count);
    put_section(packet, section, sizeof section);
}

static void
put_pmt(uint8_t *packet, uint64_t count)
{
    static const uint8_t section[] = {0x02,
                                      0xb0,
                                      13,
                                      0,
                                      PROBE_STREAM_SERVICE,
                                      0xc1,
                                      0,
                                      0,
                                      0xe0 | PID_CLOCK >> 8,
                                      PID_CLOCK & 0xff,
                                      0xf0,
                                      0};

    begin_packet(packet, PID_PMT, true, 1, count);
    put_section(packet, section, sizeof section);
}

static void
put_clock(uint8_t *packet, uint64_t at_us)
{
    const uint64_t ticks = at_us * TICKS_A_US;
    const uint64_t base = ticks / PCR_BASE_STEP & UINT64_C(0x1ffffffff);
    const uint64_t rest = ticks % PCR_BASE_STEP;

    begin_packet(packet, PID_CLOCK, false, 2, 0); /* without payload the counter stands */
    packet[4] = PROBE_STREAM_PACKET - 5;
    packet[5] = 0x10;
    for (unsigned i = 0; i < 4; i++)
        packet[6 + i] = (uint8_t)(base >> (25 - 8 * i));
    packet[10] = (uint8_t)((base & 1) << 7 | 0x7e | rest >> 8);
    packet[11] = (uint8_t)rest;
}

void
probe_stream_next(ProbeStream *stream, uint8_t datagram[PROBE_STREAM_DATAGRAM])
{
    const uint64_t count = stream->datagrams++;

    put_pat(datagram, count);
    put_pmt(datagram + PROBE_STREAM_PACKET, count);
    put_clock(datagram + 2u * PROBE_STREAM_PACKET, count * (uint64_t)PROBE_STREAM_EVERY_US);
    for (unsigned place = 3; place < PLACES; place++)
        begin_packet(datagram + place * PROBE_STREAM_PACKET, PID_NULL, false, 1, 0);
}
