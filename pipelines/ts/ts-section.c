/* A section ends where its length says; the next may begin in the same packet. */
#include "pipelines/ts/ts-section.h"

#include <string.h>

#define HEADER   3u
#define STUFFING 0xffu

#define LONG_HEAD 8u /* bytes of a header with section_syntax_indicator */
#define CRC_SIZE  4u
#define TABLE_TOT 0x73u
#define TABLE_CUE 0xfcu /* SCTE-35 */

uint32_t
ts_crc32_from(uint32_t crc, const uint8_t *data, size_t size)
{
    const uint32_t(*table)[256] = ts_crc_table;

    for (; size >= 8; size -= 8, data += 8) {
        crc ^= (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
        crc = table[7][crc >> 24] ^ table[6][crc >> 16 & 255] ^ table[5][crc >> 8 & 255] ^
              table[4][crc & 255] ^ table[3][data[4]] ^ table[2][data[5]] ^ table[1][data[6]] ^
              table[0][data[7]];
    }
    for (; size > 0; size--, data++)
        crc = crc << 8 ^ table[0][crc >> 24 ^ *data];
    return crc;
}

uint32_t
ts_crc32(const uint8_t *data, size_t size)
{
    return ts_crc32_from(0xffffffff, data, size);
}

bool
ts_section_has_crc(const uint8_t *section)
{
    return (section[1] & 0x80) != 0 || section[0] == TABLE_TOT || section[0] == TABLE_CUE;
}

static bool
long_head(ByteReader *reader, TsSectionHead *head)
{
    head->extension = byte_reader_u16(reader);
    const uint8_t flags = byte_reader_u8(reader);

    head->version = flags >> 1 & 31;
    head->current = (flags & 1) != 0;
    head->number = byte_reader_u8(reader);
    head->last = byte_reader_u8(reader);
    return head->number <= head->last;
}

bool
ts_section_head(const uint8_t *section, size_t size, TsSectionHead *ret_head)
{
    ByteReader reader = byte_reader(section, size);
    TsSectionHead head = {.data = section, .size = size, .current = true};

    if (size < HEADER)
        return false;
    const size_t tail = ts_section_has_crc(section) ? CRC_SIZE : 0;

    head.syntax = (section[1] & 0x80) != 0;
    if (size < (head.syntax ? LONG_HEAD : HEADER) + tail)
        return false;
    head.table_id = byte_reader_u8(&reader);
    byte_reader_skip(&reader, 2);
    if (head.syntax && !long_head(&reader, &head))
        return false;
    head.body = byte_reader_slice(&reader, reader.left - tail);
    if (tail > 0)
        head.crc = byte_reader_u32(&reader);
    *ret_head = head;
    return true;
}

void
ts_sections_break(TsSections *sections)
{
    sections->cut += sections->open;
    sections->open = false;
    sections->have = 0;
}

static size_t
wanted(const TsSections *sections)
{
    if (sections->have < HEADER)
        return HEADER;
    return HEADER + ((size_t)(sections->data[1] & 0x0f) << 8 | sections->data[2]);
}

/* Adds bytes to the open section, as many as it wants. Returns: how many it took. */
static size_t
add(TsSections *sections,
    const uint8_t *bytes,
    size_t size,
    TsSectionVisitor visitor,
    void *user_data)
{
    size_t taken = 0;

    while (sections->open && taken < size) {
        const size_t need = wanted(sections);

        if (need > TS_SECTION_MAX) {
            ts_sections_break(sections);
            return size; /* where the next begins is not known */
        }
        const size_t left = need - sections->have;
        const size_t part = left < size - taken ? left : size - taken;

        memcpy(sections->data + sections->have, bytes + taken, part);
        sections->have += part;
        taken += part;
        if (sections->have >= HEADER && sections->have == wanted(sections)) {
            sections->open = false;
            visitor(sections->data, sections->have, user_data);
            sections->have = 0;
        }
    }
    return taken;
}

void
ts_sections_push(TsSections *sections,
                 const uint8_t *payload,
                 size_t size,
                 bool unit_start,
                 TsSectionVisitor visitor,
                 void *user_data)
{
    if (!unit_start) {
        add(sections, payload, size, visitor, user_data);
        return;
    }
    const size_t pointer = size > 0 ? payload[0] : 0;

    if (size < 1 || pointer >= size - 1) {
        ts_sections_break(sections);
        sections->cut++;
        return;
    }
    add(sections, payload + 1, pointer, visitor, user_data);
    ts_sections_break(sections);
    for (size_t at = 1 + pointer; at < size && payload[at] != STUFFING;) {
        sections->open = true;
        sections->have = 0;
        at += add(sections, payload + at, size - at, visitor, user_data);
    }
}
