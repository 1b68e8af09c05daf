/* Media Delivery Index, RFC 4445: DF:MLR of each interval of a second. Pure.
 *
 * A virtual buffer is filled by what arrives and drained at the media rate; the delay factor is
 * the room that it took, as time. It starts empty just after the last datagram of the interval
 * before, and is looked at just before and just after each datagram. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define MDI_INTERVAL_US US_PER_SECOND

typedef struct {
    bool known;        /* an interval was measured */
    double df_ms;      /* delay factor of the last interval */
    double df_max_ms;  /* largest since the start */
    double mlr;        /* media packets lost or out of order, a second, in the last interval */
    double mlr_max;    /* largest since the start */
    double rate_bps;   /* media rate that the last interval was measured with */
    bool rate_nominal; /* it was given; else it is that of the interval before */
} MdiFigures;

/* All-zero is the initial state. */
typedef struct {
    double nominal_bps; /* 0: not given */
    double rate_bps;    /* in use during this interval; 0: none yet */
    bool rate_nominal;  /* of @rate_bps */
    MonoUs end_us;      /* of the nominal period; 0: nothing came yet */
    MonoUs start_us;    /* of the interval: arrival of the last datagram of the one before */
    MonoUs last_us;     /* last datagram */
    uint64_t bytes;     /* since @start_us */
    double low;         /* least and largest fill since @start_us, bytes */
    double high;
    uint64_t bad;        /* media packets lost or out of order since the start */
    uint64_t bad_before; /* the same at the begin of the interval */
    bool tainted;        /* the clock jumped: this interval is thrown away */
    MdiFigures figures;
} Mdi;

/* The media rate from the next interval on, bits a second; 0: take what arrived. */
void mdi_set_rate_bps(Mdi *mdi, double rate_bps);
/* @size bytes of media (no headers) arrived. */
void mdi_push(Mdi *mdi, uint64_t size, MonoUs arrival_us);
/* Media packets (TS packets) that were lost or came out of order since the start. */
void mdi_set_bad(Mdi *mdi, uint64_t packets);
/* Ends the interval if it is over. An interval in which nothing came counts for MLR only. */
void mdi_tick(Mdi *mdi, MonoUs now_us);
/* The present interval is thrown away. */
void mdi_clock_jumped(Mdi *mdi);
