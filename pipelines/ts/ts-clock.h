/* One clock: the PCRs of one PID, their intervals (TR 101 290 2.3), what they say about the rate,
 * and the time of any packet between them. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-analyser-es.h"
#include "pipelines/ts/ts-pcr-accuracy.h"
#include "pipelines/ts/ts-pcr-drift.h"

#define TS_PCR_ADVISED_US (40 * US_PER_MS) /* TS 101 154 before 2005; still kept by most */

/* One PCR as it came. */
typedef struct {
    Pcr27 pcr;
    uint64_t index; /* of its packet in the stream */
    MonoUs arrival_us;
    bool announced; /* by discontinuity_indicator */
    bool broken;    /* packets of its PID are missing since the last one */
    bool gap;       /* packets of any PID are missing since the last one */
} TsPcrSample;

typedef enum {
    TS_STEP_FIRST,     /* none before */
    TS_STEP_ANNOUNCED, /* the time base may be another one */
    TS_STEP_BROKEN,    /* packets are missing: not judged */
    TS_STEP_JUMP,      /* 2.3.b */
    TS_STEP_LATE,      /* 2.3.a */
    TS_STEP_GOOD,
} TsStep;

typedef struct {
    Pcr27 pcr; /* the last one */
    MonoUs arrival_us;
    uint64_t index;
    int64_t ticks;         /* 27 MHz, unwrapped, from the first of this time base on */
    uint32_t epoch;        /* grows with each new time base */
    double per_packet;     /* ticks a packet in the last steady interval; 0 while unknown */
    bool begun;            /* there was a PCR */
    bool steady;           /* no packet is missing since the last one: @gap was false */
    int64_t max_us;        /* longest interval in this second */
    int64_t second_us;     /* longest interval in the last full second */
    uint64_t rate_packets; /* of the rate's present window */
    int64_t rate_ticks;
    TsClockFigures figures; /* without those of @fit and @drift */
    bool judged;            /* @figures.accuracy_ns is of the last PCR */
    TsPcrDrift drift;
    TsPcrFit fit;
} TsClock; /* all-zero is the initial state */

TsStep ts_clock_take(TsClock *clock, const TsPcrSample *sample);

/* A second ended. */
void ts_clock_roll(TsClock *clock);

/* The clock at packet @index: between the last PCR and the one before it where the clock is
 * @steady, or a guess from there on. */
Pcr27 ts_clock_at(const TsClock *clock, uint64_t index);

/* The same in ticks of @clock.ticks. */
int64_t ts_clock_ticks_at(const TsClock *clock, uint64_t index);

void ts_clock_figures(const TsClock *clock, TsClockFigures *ret_figures);
