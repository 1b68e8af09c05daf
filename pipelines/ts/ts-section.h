/* Sections of one PID put together from its packets, and their CRC-32. Pure, bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_SECTION_MAX 4096u /* bytes, header and CRC included: ISO 13818-1 2.4.4.11 */

typedef struct {
    bool open;     /* a section was begun */
    bool visiting; /* for its owner: the visitor is being called */
    size_t have;   /* bytes of it */
    uint64_t cut;  /* sections that lost packets, or whose pointer was wrong */
    uint8_t data[TS_SECTION_MAX];
} TsSections; /* all-zero is the initial state */

typedef void (*TsSectionVisitor)(const uint8_t *section, size_t size, void *user_data);

/**
 * ts_sections_push:
 * @payload: of one packet, @size bytes, not scrambled
 * @unit_start: a section begins in it; the first byte points to it
 * @visitor: is called with each section that is complete, at least 3 bytes, CRC not checked
 */
void ts_sections_push(TsSections *sections,
                      const uint8_t *payload,
                      size_t size,
                      bool unit_start,
                      TsSectionVisitor visitor,
                      void *user_data);

/* Packets are missing: what was begun is dropped. */
void ts_sections_break(TsSections *sections);

/* CRC-32 of ISO 13818-1 annex A; 0 over a section with its CRC behind it says that it is good. */
uint32_t ts_crc32(const uint8_t *data, size_t size);
