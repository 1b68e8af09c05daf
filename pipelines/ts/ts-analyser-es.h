/* What the analyser knows of clocks and elementary streams: reading, beside ts-analyser.h.
 *
 * Times on the stream's own clock come from byte position between two PCRs, never from arrival;
 * what does use arrival says so. All figures are since the analyser was made unless they say
 * otherwise, and are valid for the packets pushed so far. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-analyser.h"

#define TS_PCR_BINS 10u

typedef enum {
    TS_RATE_UNKNOWN, /* not enough PCRs yet */
    TS_RATE_CONSTANT,
    TS_RATE_VARIABLE,
} TsRateKind;

/* One clock: the PCRs of one PID. */
typedef struct {
    uint64_t count;          /* PCRs */
    uint64_t late;           /* 2.3.a: intervals above TS_PCR_INTERVAL_US */
    uint64_t slow;           /* intervals above TS_PCR_ADVISED_US: a warning, not an error */
    uint64_t jumps;          /* 2.3.b */
    uint64_t announced;      /* PCRs with a discontinuity_indicator */
    int64_t interval_us;     /* the last one; 0 before two PCRs. Jumps excluded, here and below */
    int64_t interval_min_us; /* shortest ever */
    int64_t interval_max_us; /* longest ever */
    uint64_t bins[TS_PCR_BINS]; /* intervals by length, see ts_pcr_bin_limit_us() */
    TsRateKind kind;            /* of the whole stream, null packets included, by this clock */
    double rate_bps;            /* the same, over the last second or more; 0 while unknown */
    uint64_t accuracy_judged;   /* PCRs whose accuracy could be judged: on a constant rate only */
    uint64_t accuracy_errors;   /* 2.4: those outside +-TS_PCR_ACCURACY_NS */
    int64_t accuracy_ns;        /* PCR_AC of the last one judged */
    int64_t accuracy_min_ns;    /* least ever, at most 0 */
    int64_t accuracy_max_ns;    /* greatest ever, at least 0 */
    bool arrival_known;         /* the three below mean something: enough PCRs came live */
    double jitter_ns;           /* PCR_OJ, peak to peak of the last full 10 s; by arrival */
    double offset_hz;   /* PCR_FO from 27 MHz, by arrival: this box's clock is the reference */
    double drift_mhz_s; /* PCR_DR, mHz a second, by arrival */
} TsClockFigures;

/* Intervals in bin @bin (below TS_PCR_BINS) are at most so long; US_NEVER for the last. */
int64_t ts_pcr_bin_limit_us(unsigned bin);

/* Returns: false if no PCR came on @pid */
bool ts_analyser_clock(const TsAnalyser *analyser, uint16_t pid, TsClockFigures *ret_clock);

/* Bit rate of the whole stream by the clock with most PCRs. Returns: false while none knows it */
bool ts_analyser_clock_rate(const TsAnalyser *analyser, double *ret_bps, TsRateKind *ret_kind);
