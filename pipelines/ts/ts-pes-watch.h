/* PTS and DTS of one component: intervals, jumps, distance to the clock, 2.5 of TR 101 290. Pure.
 *
 * Two PTS are at most 700 ms apart by value (ISO 13818-1 2.7.4), in decoding order; and where none
 * comes, the next one must be further off once the clock is that far beyond the last. Not so of
 * stills: a component whose PTS have never yet come that close together, or no longer do, is taken
 * for such.
 *
 * How far a PTS is ahead of the clock is told when the next PCR came: the clock between two PCRs is
 * known from both, and a rate that changed would lie. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/pes-header.h"
#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-clock.h"

#define TS_PTS_LIMIT_US   (700 * US_PER_MS)    /* 2.5 */
#define TS_PTS_STILLS     3u                   /* intervals above it in a row: stills */
#define TS_PTS_JUMP_US    (1 * US_PER_SECOND)  /* ahead of the clock by more: a jump */
#define TS_PTS_UNTIMED_US (10 * US_PER_SECOND) /* without a clock: more is a jump */
#define TS_PTS_WAITING    64u                  /* PTS between two PCRs; more are not compared */

/* When something came, on the clock of its service. */
typedef struct {
    bool clocked;   /* there is a clock; else the rest means nothing, but for @gaps */
    bool exact;     /* a PCR is here, or on both sides; else @ticks and @pcr are a guess */
    uint64_t index; /* of the packet */
    uint32_t epoch; /* of the clock */
    int64_t ticks;  /* 27 MHz in this epoch */
    Pcr27 pcr;      /* the same as the stream has it */
    uint64_t gaps;  /* grows where packets of any PID are missing */
} TsClockTime;

/* A PTS whose time of arrival is not known before the next PCR. */
typedef struct {
    uint64_t index; /* of its packet */
    Pts90 pts;
} TsWaitingStamp;

typedef struct {
    TsStampFigures figures;
    bool known;        /* there was a PTS, and nothing is missing since */
    Pts90 pts;         /* the last one */
    Pts90 dts;         /* the last decoding time */
    int64_t ahead_us;  /* of the last PTS before the clock; holds where @at is exact */
    TsClockTime at;    /* when it came */
    bool told;         /* the present interval was found too long already */
    bool regular;      /* an interval was within the limit */
    uint32_t long_run; /* intervals above the limit in a row */
    TsWaitingStamp waiting[TS_PTS_WAITING]; /* @n_waiting entries, since the last PCR */
    unsigned n_waiting;
    uint32_t waiting_epoch; /* of the clock when they came */
} TsPesWatch;               /* all-zero is the initial state */

/* A PES packet began. @judge: PTS repetition is to be judged.
 * Returns: whether the PTS was late by 2.5 */
bool ts_pes_watch_unit(TsPesWatch *watch,
                       const PesHeader *header,
                       const TsClockTime *moment,
                       bool judge);

/* @clock, which is the component's, took a PCR. */
void ts_pes_watch_clock(TsPesWatch *watch, const TsClock *clock);

/* The stream ended without another PCR of @clock: the last rate is taken to have gone on. */
void ts_pes_watch_finish(TsPesWatch *watch, const TsClock *clock);

/* The component's clock is another one: what waits for it is not compared. */
void ts_pes_watch_drop(TsPesWatch *watch);

/* Time passed. @moment: exact. Returns: as ts_pes_watch_unit() */
bool ts_pes_watch_look(TsPesWatch *watch, const TsClockTime *moment);

/* Packets are missing, or are scrambled, or the time base is another. */
void ts_pes_watch_break(TsPesWatch *watch);
