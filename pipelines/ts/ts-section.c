/* A section ends where its length says; the next may begin in the same packet. */
#include "pipelines/ts/ts-section.h"

#include <string.h>

#define HEADER   3u
#define STUFFING 0xffu

/* The polynomial 0x04c11db7, by half bytes. */
static const uint32_t crc_half[16] = {
    0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9, 0x130476dc, 0x17c56b6b, 0x1a864db2, 0x1e475005,
    0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61, 0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd,
};

uint32_t
ts_crc32(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < size; i++) {
        crc = crc << 4 ^ crc_half[(crc >> 28 ^ data[i] >> 4) & 15];
        crc = crc << 4 ^ crc_half[(crc >> 28 ^ data[i]) & 15];
    }
    return crc;
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
