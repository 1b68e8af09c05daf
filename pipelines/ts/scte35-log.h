/* The SCTE-35 messages of one PID, in order, repeats folded. Pure, bounded.
 *
 * Encoders send a cue several times over; what came already within SCTE35_REPEAT_US is counted
 * with the first and shown once. splice_null and bandwidth_reservation ask for nothing: each is one
 * entry, whatever lies between them and whatever descriptors they carry but a segmentation. */
#pragma once

#include <glib.h>

#include "pipelines/ts/scte35.h"
#include "pipelines/ts/ts-place.h"

#define SCTE35_LOG_MAX   256u                 /* entries; the oldest gives way, counted */
#define SCTE35_REPEAT_US (60 * US_PER_SECOND) /* from the last of equal messages to the next */

typedef struct {
    uint64_t number; /* of the entry, from 1; numbers go on when old entries give way */
    TsPlace first;
    TsPlace last;          /* of the last repeat; equal to @first without one */
    uint64_t repeats;      /* sections with the same bytes after the first; heartbeats: all */
    Scte35Verdict verdict; /* SCTE35_CRC_BAD and SCTE35_MALFORMED stand in the log, too */
    bool cancelled;        /* a later message called its event off */
    size_t size;           /* bytes of the section */
    uint64_t hash;         /* of the bytes; for the log itself */
    Scte35 message;
} Scte35Entry;

/* Since the log was made. */
typedef struct {
    uint64_t sections;    /* all */
    uint64_t repeats;     /* that an entry had already */
    uint64_t crc_errors;  /* 2.2 does not count this table; repeats included */
    uint64_t malformed;   /* CRC good, but a length leaves its bounds; repeats included */
    uint64_t encrypted;   /* repeats included */
    uint64_t nulls;       /* splice_null; repeats included */
    uint64_t other_table; /* sections that are none of SCTE-35 */
    uint64_t gave_way;    /* entries dropped for newer ones */
} Scte35Counters;

typedef struct Scte35Log Scte35Log;

Scte35Log *scte35_log_new(void); /* Returns: (transfer full) */
void scte35_log_free(Scte35Log *log);

/* @section: whole, CRC not checked. Places never go back.
 * Returns: (transfer none) (nullable): the entry where it is new, valid until the next push; NULL
 * for a repeat or another table */
const Scte35Entry *
scte35_log_push(Scte35Log *log, const uint8_t *section, size_t size, const TsPlace *place);

size_t scte35_log_size(const Scte35Log *log); /* entries kept, at most SCTE35_LOG_MAX */
/* @index: 0 for the oldest that is kept. Returns: (transfer none) (nullable): valid until the next
 * push; NULL beyond the last */
const Scte35Entry *scte35_log_at(const Scte35Log *log, size_t index);
void scte35_log_counters(const Scte35Log *log, Scte35Counters *ret_counters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scte35Log, scte35_log_free)
