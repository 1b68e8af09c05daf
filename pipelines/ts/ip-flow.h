/* What arrives from the network for one input, until it is a transport stream: one flow of
 * datagrams, with a second leg (SMPTE 2022-7) and FEC (SMPTE 2022-1) where there are any. Pure.
 *
 *   socket(s) --IpDatagram--> ip_flow_push() --payload--> sink --> ts_analyser_push()
 *                                  |
 *                             ip_flow_figures()
 *
 * RTP or a bare transport stream is found out from the datagrams. A bare transport stream is
 * handed on as it comes. RTP loses its header, is put in order, loses its duplicates, is repaired
 * by FEC and by the other leg, and is handed on once. Without a gap nothing is copied (but with
 * FEC, which needs the past) and nothing waits.
 *
 * A gap is waited for and then given up:
 *
 *   one leg, no FEC      RTP_WINDOW_US (50 ms), or RTP_WINDOW_HOLD (64) numbers behind the newest
 *   FEC present          RTP_FEC_WAIT_US (1 s), or twice the matrix and a row
 *   two legs present     IP_SKEW_MAX_US + RTP_WINDOW_US (500 ms), or IP_MERGE_HOLD (1024) numbers,
 *                        or as soon as both legs are RTP_WINDOW_HOLD numbers past it
 *
 * Two legs carry the same RTP: the same SSRC and numbers. A leg that does not is measured and
 * counted as mismatched, and not handed on. Without RTP there is no merging: one leg is handed on,
 * the other one takes over when it was silent for IP_FOLLOW_US. Likewise RTP and a bare transport
 * stream: the kind that came first stays until it was silent for so long.
 *
 * Time comes from datagrams and from ip_flow_tick(); call that each time the sockets were drained,
 * also when nothing came. Nothing here takes memory but ip_flow_new(), ip_flow_expect_leg() and the
 * first FEC datagram. One thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-datagram.h"
#include "pipelines/ts/ip-leg.h"
#include "pipelines/ts/ip-payload.h"
#include "pipelines/ts/ip-skew.h"

#define IP_MERGE_SLOTS 2048u /* room of the window for two legs */
#define IP_MERGE_HOLD  1024u /* numbers that wait for the other leg */

/* SMPTE 2022-1. */
typedef struct {
    bool present;         /* a FEC datagram came within 1 s */
    uint8_t columns;      /* L of the matrix; 0 while unknown */
    uint8_t rows;         /* D */
    uint64_t received[2]; /* column, row FEC datagrams, duplicates left out */
    uint64_t lost[2];     /* FEC datagrams themselves, by their own sequence */
    uint64_t malformed;   /* no FEC header, or a matrix beyond the limits */
    uint64_t recovered;   /* media datagrams: rising is the early warning */
    uint64_t unrecovered; /* media datagrams lost for good while FEC was present */
    uint64_t late;        /* FEC datagrams that came when what they cover was given up */
    uint64_t dropped;     /* FEC datagrams for which there was no room */
    uint64_t refused;     /* recoveries whose result was no RTP of this flow */
    uint64_t foreign;     /* FEC datagrams from another address than the media's: thrown away */
} IpFecFigures;

typedef struct {
    bool known; /* RTP or not is known */
    bool is_rtp;
    IpLegFigures legs[IP_LEGS];
    IpFecFigures fec;
    IpSkewFigures skew;
    uint64_t handed_on; /* payloads */
    uint64_t lost;      /* RTP numbers that are missing in what was handed on, after repair; with
                           one leg and no FEC, what came after RTP_WINDOW_US counts, too */
    uint64_t late;      /* RTP datagrams that came when their gap was given up */
    uint64_t restarts;  /* of what was handed on */
    uint64_t too_long;  /* datagrams that could not be held: they ended the wait */
    uint32_t held;      /* datagrams waiting at present */
} IpFigures;

typedef struct IpFlow IpFlow;

IpFlow *ip_flow_new(void); /* Returns: (transfer full) */
void ip_flow_free(IpFlow *flow);

/* Forgets all that was measured, held and expected, as if new; the memory is kept for what comes
 * next, such as another address. */
void ip_flow_reset(IpFlow *flow);

/* Says that there is a second leg, and makes room for it. Before the first push, or later. */
void ip_flow_expect_leg(IpFlow *flow);

/* Takes one datagram; may call the sink any number of times. A @datagram with a leg that is not
 * expected, or a stream that does not exist, is ignored. */
void ip_flow_push(IpFlow *flow, const IpDatagram *datagram, const IpPayloadSink *sink);

/* Lets time pass: gives up gaps whose time is over, closes the windows of a second. @now_us: not
 * before the last arrival, as far as is known; going back a little does no harm. */
void ip_flow_tick(IpFlow *flow, MonoUs now_us, const IpPayloadSink *sink);

/* The input ended: hands on what is held, and counts what is missing. */
void ip_flow_finish(IpFlow *flow, MonoUs now_us, const IpPayloadSink *sink);

/* The clock of arrivals was re-anchored before the next datagram: the interval across it and the
 * second around it are left out of arrival histogram, jitter, MDI and skew. */
void ip_flow_clock_jumped(IpFlow *flow);

/* The nominal rate of the transport stream, such as from its PCRs, for MDI; 0: not known, the rate
 * of the last interval is taken. */
void ip_flow_set_media_rate_bps(IpFlow *flow, double rate_bps);

/* TS packets missing since the start by continuity counters, for MLR where there is no RTP. */
void ip_flow_set_ts_missing(IpFlow *flow, uint64_t packets);

/* Up to when everything that arrived has been handed on: @now_us, or before that the arrival of
 * the oldest datagram held. Tick the analyser with this, so that its time does not run ahead. */
MonoUs ip_flow_frontier_us(const IpFlow *flow, MonoUs now_us);

bool ip_flow_is_rtp(const IpFlow *flow); /* false while unknown */

/* @now_us: for what depends on the present, such as absence. */
void ip_flow_figures(const IpFlow *flow, MonoUs now_us, IpFigures *ret_figures);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(IpFlow, ip_flow_free)
