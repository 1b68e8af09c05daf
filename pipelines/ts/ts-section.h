/* Sections of one PID put together from its packets, their CRC-32 and their header. Pure, bounded.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/byte-reader.h"
#include "pipelines/base/units.h"

#define TS_TABLE_STUFFING 0x72u /* a table_id: the section fills room */
#define TS_SECTION_MAX    4096u /* bytes, header and CRC included: ISO 13818-1 2.4.4.11 */

/* Something that must come again, and whether it was found missing. All-zero: it never came. */
typedef struct {
    MonoUs last_us; /* when it came last, or from when on it is expected */
    bool absent;    /* it is missing, and that was told */
} TsDue;

typedef struct TsSections TsSections;

struct TsSections {
    bool open;     /* a section was begun */
    size_t have;   /* bytes of it */
    uint64_t cut;  /* sections that lost packets, or whose pointer was wrong */
    bool visiting; /* this and the rest for its owner: the visitor is being called */
    bool is_map;   /* the PAT names this PID as that of a PMT */
    bool is_es;    /* a PMT names it, as a component made of sections */
    bool wanted;   /* this and the next two: what is_map and is_es are about to be */
    bool wanted_map;
    bool wanted_es;
    TsDue map_due; /* the PMT */
    uint16_t pid;
    TsSections *next; /* in the owner's list */
    uint8_t data[TS_SECTION_MAX];
}; /* all-zero is the initial state */

typedef void (*TsSectionVisitor)(const uint8_t *section, size_t size, void *user_data);

/* What stands around the body of a section. */
typedef struct {
    const uint8_t *data; /* no-ref; the section, from its table_id */
    size_t size;         /* bytes, CRC included */
    uint8_t table_id;
    bool syntax;        /* section_syntax_indicator: without it, the next five are 0, false, true */
    uint16_t extension; /* table_id_extension: program_number, transport_stream_id, ... */
    uint8_t version;
    uint8_t number;  /* section_number */
    uint8_t last;    /* last_section_number */
    bool current;    /* current_next_indicator */
    uint32_t crc;    /* 0 where it has none */
    ByteReader body; /* between header and CRC */
} TsSectionHead;

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

/* Whether a section of at least 3 bytes ends in a CRC: those with the long header, TOT, SCTE-35. */
bool ts_section_has_crc(const uint8_t *section);

/* Takes a complete section apart; its CRC is not checked.
 * Returns: false if it is too short for what its header announces */
bool ts_section_head(const uint8_t *section, size_t size, TsSectionHead *ret_head);

/* CRC-32 of ISO 13818-1 annex A; 0 over a section with its CRC behind it says that it is good. */
uint32_t ts_crc32(const uint8_t *data, size_t size);

/* The same carried on from @crc, for bytes that stand in several places; begins at 0xffffffff. */
uint32_t ts_crc32_from(uint32_t crc, const uint8_t *data, size_t size);

extern const uint32_t ts_crc_table[8][256]; /* [n][b]: b followed by n zeros */
