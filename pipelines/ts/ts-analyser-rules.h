/* The table rules of TR 101 290: 1.3, 1.5, 2.6, 3.1, 3.2, 3.5 to 3.8, as the analyser keeps them.
 *
 * Each section of a table has to come again: the rules look at the same section_number, not at any
 * section of the table. A rule of priority 3 applies once its table was seen. What is missing is
 * counted once and shows for as long as it is missing. Of a table that changed its version, only
 * sections of the new one are missed. Tables of other streams and EITs are forgotten when they did
 * not come for TS_WATCH_FORGET_US. */
#pragma once

#include "pipelines/ts/ts-section.h"
#include "pipelines/ts/ts-table-watch.h"

#define TS_LOOK_US        (100 * US_PER_MS) /* PAT, PMT and CAT are looked for so often */
#define TS_SCAN_US        US_PER_SECOND     /* and all other sections so often */
#define TS_SECTION_GAP_US (25 * US_PER_MS)  /* the same section of SI not sooner than that */

typedef struct {
    MonoUs looked_us;         /* when PAT, PMT and CAT were looked for last */
    MonoUs scanned_us;        /* the same for all other sections */
    TsDue pat_pid;            /* packets of PID 0 (1.3) */
    TsDue pat;                /* sections of the PAT (1.3.a) */
    TsDue cat;                /* sections of the CAT (2.6) */
    uint64_t scrambled;       /* packets at the last scan */
    MonoUs scrambled_from_us; /* since when scrambled packets come; 0: none do */
    bool label_due;           /* names or numbers of services may have changed */
} TsRules;                    /* all-zero is the initial state */
