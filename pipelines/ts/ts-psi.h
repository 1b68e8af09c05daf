/* PAT, PMT and SDT: from good sections to the list of services. Pure, bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-events.h"
#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-tables.h"

#define TS_EARLY_MAX 1024u /* longest section of PAT, PMT and SDT */

#define TS_SERVICE_PIDS (TS_COMPONENTS_MAX + 2u) /* components, PMT and PCR */

/* A service with what is needed to keep it up to date. */
typedef struct {
    TsService service;
    uint32_t pmt_crc;   /* of the section that @service shows */
    uint32_t pass;      /* round of the PAT that named it last */
    MonoUs listed_us;   /* when the PAT named it first */
    MonoUs changed_us;  /* when its PMT last said something new */
    uint64_t missing;   /* bit n: component n does not come (1.6); for ts-analyser-pids.c */
    MonoUs missing_us;  /* @changed_us for which @missing holds */
    bool moved;         /* its PIDs may be others than @counted; for ts-figures.c, and so on */
    uint16_t clock_pid; /* that it went by so far; 0: before its first PMT */
    size_t n_counted;   /* 0: before its first PMT */
    uint16_t counted[TS_SERVICE_PIDS]; /* PIDs that its figures are made of */
    TsServiceFigures before; /* what its counters have beyond the sums of @counted; modulo 2^64 */
} TsListed;

typedef struct {
    TsListed *services[TS_SERVICES_MAX]; /* owned; @n_services entries, in order of the PAT */
    size_t n_services;
    int32_t stream_id; /* transport_stream_id; -1 before the first PAT */
    uint32_t version;  /* grows with every change */
    uint64_t refused;  /* services and components beyond the limits */
    MonoUs pat_us;     /* arrival of the last good PAT section, 0 before the first */
    bool pat_complete; /* all its sections came once */
    uint8_t pat_version;
    uint8_t pat_last;            /* last_section_number */
    uint32_t pass;               /* of the PAT that is being read */
    uint8_t pat_seen[32];        /* bit set of section numbers of this pass */
    uint32_t pat_crc[256];       /* by section number */
    uint32_t sdt_crc[256];       /* by section number */
    size_t early_size;           /* of @early, 0 for none */
    uint8_t early[TS_EARLY_MAX]; /* the last SDT section that came before the PAT */
} TsTables;                      /* initial state: ts_tables_init() */

void ts_tables_init(TsTables *tables);
void ts_tables_clear(TsTables *tables); /* frees what it owns */

/**
 * ts_tables_take:
 * @pid: where it came: a table counts on its own PID only
 * @head: of a section whose CRC is good, of any table
 * @events: says where the stream is, and takes what changed
 *
 * Returns: whether anything changed
 */
bool ts_tables_take(TsTables *tables, uint16_t pid, const TsSectionHead *head, TsEvents *events);

/* @service_id: 0 for the first. Returns: (transfer none) (nullable) */
TsListed *ts_tables_find(const TsTables *tables, uint16_t service_id);
