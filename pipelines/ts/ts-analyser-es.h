/* What the analyser knows of clocks and elementary streams: reading, beside ts-analyser.h.
 *
 * Times on the stream's own clock come from byte position between two PCRs, never from arrival;
 * what does use arrival says so. All figures are since the analyser was made unless they say
 * otherwise, and are valid for the packets pushed so far. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/es-info.h"
#include "pipelines/ts/ts-analyser.h"
#include "pipelines/ts/ts-ancillary.h"

#define TS_PCR_BINS      10u
#define TS_ACCURACY_BINS 12u

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
    uint64_t accuracy_bins[TS_ACCURACY_BINS]; /* PCRs by that distance without its sign, see
                                                 ts_accuracy_bin_limit_ns() */
    bool arrival_known; /* the three below mean something: enough PCRs came live */
    double jitter_ns;   /* PCR_OJ, peak to peak of the last full 10 s; by arrival */
    double offset_hz;   /* PCR_FO from 27 MHz, by arrival: this box's clock is the reference */
    double drift_mhz_s; /* PCR_DR, mHz a second, by arrival */
} TsClockFigures;

/* PTS and DTS of one component. Distances by value, across the wrap. */
typedef struct {
    uint64_t starts;    /* PES packets begun */
    uint64_t malformed; /* unit starts without a PES header where one is due */
    uint64_t scrambled; /* PES packets that say they are scrambled */
    uint64_t pts_count;
    uint64_t dts_count; /* DTS of their own */
    uint64_t steps;     /* from one PTS to the next, without jumps and where nothing is missing; 0:
                           the following six hold nothing */
    int64_t pts_min_us; /* shortest distance of two PTS in order of arrival; may be negative */
    int64_t pts_max_us; /* longest */
    int64_t pts_last_us;
    int64_t dts_min_us; /* the same of decoding times: DTS, or PTS where there is none */
    int64_t dts_max_us;
    int64_t dts_last_us;
    uint64_t repetition_errors; /* 2.5 */
    uint64_t jumps;   /* decoding times that went back, or ahead of the clock by over 1 s */
    bool ahead_known; /* the following four hold something */
    int64_t ahead_us; /* PTS minus the clock at arrival, the last one before the last PCR */
    int64_t ahead_min_us;
    int64_t ahead_max_us;
    uint64_t late;          /* PTS that the clock had passed already */
    uint64_t ahead_skipped; /* PTS not compared: the clock broke before its next PCR, or there were
                               more than TS_PTS_WAITING in between */
} TsStampFigures;

/* The buffers of the T-STD of one component (ISO 13818-1 2.4.2). */
typedef struct {
    bool applicable;         /* the codec has a model and its parameters are known */
    uint32_t transport_size; /* TB, bytes */
    uint32_t multiplex_size; /* MB, bytes; 0 but for video */
    uint32_t size;           /* EB of video, B of audio; bytes */
    uint32_t transport_max;  /* greatest fill; bytes */
    uint32_t multiplex_max;
    uint32_t fill_max;
    int64_t delay_max_us;         /* longest time of a unit's first byte in the buffers */
    uint64_t units;               /* access units that were judged */
    uint64_t transport_overflows; /* 3.3; times that TB ran over */
    uint64_t overflows;           /* 3.3; times that MB or B ran over */
    uint64_t underflows;          /* 3.3; units not complete at their decoding time */
    uint64_t never_empty;         /* 3.9 */
    uint64_t delays;              /* 3.10 */
    uint64_t restarts; /* times that the model began anew: lost packets, jumps of the clock */
} TsBufferFigures;

/* Intervals in bin @bin (below TS_PCR_BINS) are at most so long; US_NEVER for the last. */
int64_t ts_pcr_bin_limit_us(unsigned bin);
/* The same of accuracy_bins; INT64_MAX for the last one. */
int64_t ts_accuracy_bin_limit_ns(unsigned bin);

/* Returns: false if no PCR came on @pid */
bool ts_analyser_clock(const TsAnalyser *analyser, uint16_t pid, TsClockFigures *ret_clock);

/* Bit rate of the whole stream by the clock with most PCRs. Returns: false while none knows it */
bool ts_analyser_clock_rate(const TsAnalyser *analyser, double *ret_bps, TsRateKind *ret_kind);

/* Returns: false if @pid is no component, or nothing came on it */
bool ts_analyser_stamps(const TsAnalyser *analyser, uint16_t pid, TsStampFigures *ret_stamps);

/* How far sound is sent ahead of the picture: PTS to clock of the first audio component, minus
 * the same of the first video component. @service_id: 0 for the first.
 * Returns: false while not both are known */
bool ts_analyser_skew_us(const TsAnalyser *analyser, uint16_t service_id, int64_t *ret_skew_us);

/* Parameters from the headers within the stream.
 * Returns: false if @pid is no such component or none was read yet */
bool ts_analyser_video(const TsAnalyser *analyser, uint16_t pid, EsVideo *ret_video);
bool ts_analyser_audio(const TsAnalyser *analyser, uint16_t pid, EsAudio *ret_audio);

/* @pid: of a component; or of a PMT, for the buffers of system information of its service.
 * Returns: false if nothing is modelled there */
bool ts_analyser_buffers(const TsAnalyser *analyser, uint16_t pid, TsBufferFigures *ret_buffers);

/* What rides along with @pid. Returns: (transfer none) (nullable): valid until the next push */
const TsAncillary *ts_analyser_ancillary(const TsAnalyser *analyser, uint16_t pid);

/* Whether the buffers of the T-STD are modelled (3.3, 3.9, 3.10). Initially they are. */
void ts_analyser_set_std(TsAnalyser *analyser, bool on);
