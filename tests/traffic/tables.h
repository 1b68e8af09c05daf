/* The tables of a multiplex, each written as one section that fits in one packet. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tests/traffic/packet.h"

#define TABLES_SERVICES_MAX 4
#define TABLES_ENTRIES_MAX  3
#define TABLES_NAME_MAX     60 /* bytes of a service name; of all names in one SDT, 100 */

/* One elementary stream in a PMT. */
typedef struct {
    const uint8_t *descriptors; /* no-ref (nullable) */
    uint16_t pid;
    uint8_t type;             /* stream_type */
    uint8_t descriptors_size; /* bytes */
} TableEntry;

/* What the PAT, a PMT and the SDT say about one service. */
typedef struct {
    const char *name; /* no-ref */
    uint16_t service_id;
    uint16_t pmt_pid;
    uint16_t pcr_pid;
    uint8_t pmt_version; /* 0 to 31 */
    uint8_t n_entries;
    TableEntry entry[TABLES_ENTRIES_MAX];
} TableService;

/* A section with its CRC. */
typedef struct {
    uint8_t bytes[SECTION_MAX];
    size_t size; /* bytes */
} Section;

/* @services: @count of them; @left_out: bit i says that service i is not listed. */
void section_write_pat(Section *section,
                       const TableService *services,
                       size_t count,
                       uint32_t left_out,
                       uint8_t version);

void section_write_pmt(Section *section, const TableService *service);

/* All services, running and in the clear. */
void section_write_sdt(Section *section, const TableService *services, size_t count);
