/* Keeping table packets, and writing a PAT. */
#include "pipelines/elements/segment-tables.h"

#include <string.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/ts/ts-pid.h"
#include "pipelines/ts/ts-section.h"

#define TABLE_PAT   0u
#define SECTION_MIN 8u  /* bytes to last_section_number */
#define PAT_BYTES   13u /* behind its length field: header, one programme, CRC */

/* Payload of @packet. */
static ByteReader
payload_of(const uint8_t *packet, bool *ret_unit_start)
{
    TsHeader header;

    ts_header(packet, &header);
    *ret_unit_start = header.unit_start != 0;
    return byte_reader(packet + header.payload_at, TS_PACKET_SIZE - header.payload_at);
}

/* The first section of @table_id and @number that begins in @payload, the payload of a packet with
 * unit start. Returns: bytes from the payload's beginning to the section's end; 0: none begins */
static unsigned
end_of_section(ByteReader payload, uint8_t table_id, uint16_t number)
{
    const size_t all = payload.left;
    const size_t pointer = byte_reader_u8(&payload);

    byte_reader_skip(&payload, pointer);
    while (!payload.broken && payload.left >= SECTION_MIN && payload.at[0] != 0xff) {
        const size_t length = 3u + ((payload.at[1] & 0x0fu) << 8 | payload.at[2]);
        const unsigned named = (unsigned)payload.at[3] << 8 | payload.at[4];

        if (payload.at[0] == table_id && (number == 0 || number == named))
            return (unsigned)(all - payload.left + length);
        byte_reader_skip(&payload, length);
    }
    return 0;
}

static void
begin(SegmentTable *table, ByteReader payload, uint8_t table_id, uint16_t number)
{
    table->fresh.n = 0;
    table->have = 0;
    table->need = end_of_section(payload, table_id, number);
}

/* Whether @packet has the counter of the last one kept. */
static bool
is_duplicate(const SegmentPackets *kept, const uint8_t *packet)
{
    return kept->n > 0 && ((kept->packets[kept->n - 1][3] ^ packet[3]) & 15) == 0;
}

void
segment_table_take(SegmentTable *table, const uint8_t *packet, uint8_t table_id, uint16_t number)
{
    bool unit_start = false;
    const ByteReader payload = payload_of(packet, &unit_start);

    if ((packet[1] & 0x80) != 0 || (!unit_start && is_duplicate(&table->fresh, packet)))
        return;
    if (unit_start)
        begin(table, payload, table_id, number);
    if (table->need == 0 || payload.left == 0)
        return;
    if (table->fresh.n == SEGMENT_TABLE_PACKETS) {
        table->need = 0; /* longer than any table may be */
        table->fresh.n = 0;
        return;
    }
    memcpy(table->fresh.packets[table->fresh.n++], packet, TS_PACKET_SIZE);
    table->have += (unsigned)payload.left;
    if (table->have < table->need)
        return;
    table->done = table->fresh;
    table->fresh.n = 0;
    table->need = 0;
}

unsigned
segment_table_packets(const SegmentTable *table, uint8_t *ret_bytes)
{
    const size_t done = table->done.n * (size_t)TS_PACKET_SIZE;
    const size_t fresh = table->fresh.n * (size_t)TS_PACKET_SIZE;

    memcpy(ret_bytes, table->done.packets, done);
    memcpy(ret_bytes + done, table->fresh.packets, fresh);
    return table->done.n + table->fresh.n;
}

static void
put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

bool
segment_pat_rewrite(const uint8_t *packet,
                    const SegmentProgram *program,
                    uint8_t counter,
                    uint8_t ret_packet[TS_PACKET_SIZE])
{
    bool unit_start = false;
    ByteReader payload = payload_of(packet, &unit_start);
    uint8_t *section = ret_packet + 5;

    if (!unit_start || end_of_section(payload, TABLE_PAT, 0) == 0)
        return false;
    byte_reader_skip(&payload, byte_reader_u8(&payload));
    if (payload.broken || payload.left < SECTION_MIN || payload.at[0] != TABLE_PAT)
        return false;
    memset(ret_packet, 0xff, TS_PACKET_SIZE);
    ret_packet[0] = 0x47;
    put16(ret_packet + 1, 0x4000);
    ret_packet[3] = (uint8_t)(0x10 | (counter & 15));
    ret_packet[4] = 0;
    section[0] = TABLE_PAT;
    put16(section + 1, 0xb000 | PAT_BYTES);
    put16(section + 3, program->transport_stream_id);
    section[5] = payload.at[5];
    section[6] = section[7] = 0;
    put16(section + 8, program->service_id);
    put16(section + 10, 0xe000u | program->pmt_pid);
    const uint32_t crc = ts_crc32(section, 12);

    put16(section + 12, crc >> 16);
    put16(section + 14, crc & 0xffff);
    return true;
}
