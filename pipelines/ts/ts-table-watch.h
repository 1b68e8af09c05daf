/* When each section of each table came: repetition times, versions, and whether it is new. Pure,
 * bounded.
 *
 * A table is told apart by PID, table_id, table_id_extension and, where the same extension stands
 * for different things, by what its body begins with (TsTableKey.more). A section repeated without
 * a change costs a look-up and a comparison of its CRC. Times across a gap of the stream (before
 * the epoch, see ts_table_watch_take()) are not intervals. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-section.h"

#define TS_WATCH_TABLES_MAX   1024u /* followed; beyond: counted, see TsTableWatch */
#define TS_WATCH_SECTIONS_MAX 4096u /* the same */
#define TS_WATCH_FORGET_US    (300 * US_PER_SECOND) /* a table that is gone so long is forgotten */

typedef struct {
    uint16_t pid;
    uint16_t extension; /* table_id_extension, 0 where the table has none */
    uint8_t table_id;
    uint32_t
        more; /* EIT: transport_stream_id << 16 | original_network_id; SDT: the latter; else 0 */
} TsTableKey;

/* Shortest, longest and all of some intervals, in microseconds. All-zero: none yet. */
typedef struct {
    uint64_t count;
    int64_t sum_us;
    int64_t min_us;
    int64_t max_us;
} TsIntervals;

typedef struct {
    uint8_t number;    /* section_number */
    uint8_t version;   /* as it came last */
    uint16_t next;     /* of the same table: index + 1, 0 for none */
    uint16_t table;    /* its table's index */
    uint16_t n_events; /* EIT: that stand in it */
    uint32_t crc;      /* as it came last */
    uint32_t content;  /* CRC over all but version and CRC */
    uint64_t packet;   /* that ended it last */
    TsDue due;         /* its last arrival; @absent is for whoever judges */
    WallUs from_us;    /* EIT: start of its first event; meaningless without events */
    WallUs to_us;      /* EIT: end of its last event */
} TsWatchedSection;

typedef struct {
    TsTableKey key;
    bool has_version;  /* the table has the long header */
    bool told;         /* what the present version changed was told */
    uint8_t version;   /* as it came last */
    uint8_t last;      /* last_section_number, the same */
    uint16_t n_same;   /* sections of this version that say what the one before said */
    uint16_t next;     /* in its bucket: index + 1, 0 for none */
    uint16_t first;    /* its first section: index + 1, 0 for none */
    uint16_t at;       /* the section that came last, the same */
    uint64_t sections; /* that came */
    uint64_t versions; /* changes of version */
    uint64_t silent;   /* changes of content under the same version */
    uint64_t first_packet;
    uint64_t last_packet;
    MonoUs first_us;
    MonoUs last_us;
    MonoUs silent_us;       /* when a silent change was told last; 0 for never */
    TsDue pair;             /* EIT p/f: one of its two sections came without the other */
    TsIntervals repetition; /* between two of the same section */
    TsIntervals spacing;    /* between any two sections */
    uint64_t packets_min;   /* packets between two of the same section; of the whole stream */
    uint64_t packets_max;
} TsWatchedTable;

typedef struct {
    TsWatchedTable *tables;     /* owned; @n_tables entries, grows */
    TsWatchedSection *sections; /* owned; @n_sections entries, grows */
    size_t n_tables;
    size_t n_sections;
    size_t room_tables;
    size_t room_sections;
    uint64_t not_followed; /* sections that came while there was no room for them */
    MonoUs swept_us;       /* when room was last looked for */
    uint16_t buckets[256]; /* first table: index + 1, 0 for none */
} TsTableWatch;            /* all-zero is the initial state */

/* What the watch found out about one section. */
typedef struct {
    TsWatchedTable *table;     /* (nullable): not followed. Valid until the next take or sweep */
    TsWatchedSection *section; /* (nullable): the same */
    bool first;                /* the first of its kind, or not followed */
    bool changed;              /* it says something new; always true where it is not followed */
    bool new_version;          /* the version is another than the table's was */
    uint8_t old_version;       /* with @new_version: it was */
    bool version_only; /* with this section, all of a new version came, saying nothing new */
    bool told_now;     /* the first section of a new version with new content */
    bool silent;       /* new content, the same version */
    int64_t since_us;  /* since the same section came; -1: first, or across a gap */
} TsSeen;

typedef struct {
    uint64_t packet; /* index of the packet that ended the section */
    MonoUs arrival_us;
    MonoUs epoch_us; /* what came before it was another flow: times are not compared */
} TsWatchTime;

void ts_table_watch_clear(TsTableWatch *watch); /* frees what it owns */

/* @head: of a good section. Memory is taken when a table or section is first seen. */
void ts_table_watch_take(TsTableWatch *watch,
                         const TsTableKey *key,
                         const TsSectionHead *head,
                         const TsWatchTime *time,
                         TsSeen *ret_seen);

/* Drops tables that did not come for TS_WATCH_FORGET_US and that @keep does not want kept.
 * Pointers from before are not valid any more. */
void ts_table_watch_sweep(TsTableWatch *watch, MonoUs now_us, bool (*keep)(const TsTableKey *key));

/* Returns: (transfer none) (nullable): it is not followed */
TsWatchedTable *ts_table_watch_find(const TsTableWatch *watch, const TsTableKey *key);

/* @number: section_number. Returns: (transfer none) (nullable) */
TsWatchedSection *
ts_table_watch_section(const TsTableWatch *watch, const TsWatchedTable *table, uint8_t number);
