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
 *   FEC present          RTP_FEC_WAIT_US (500 ms), or twice the matrix
 *   two legs present     IP_SKEW_MAX_US + RTP_WINDOW_US (500 ms), or RTP_MERGE_HOLD (1024) numbers,
 *                        or as soon as both legs are RTP_WINDOW_HOLD numbers past it
 *
 * Time comes from datagrams and from ip_flow_tick(); call that each time the sockets were drained,
 * also when nothing came. Nothing here allocates but ip_flow_new(), ip_flow_expect_leg() and the
 * first FEC datagram. One thread at a time. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/arrival-histogram.h"
#include "pipelines/ts/ip-source.h"
#include "pipelines/ts/mdi.h"

#define IP_LEGS        2u
#define IP_SOURCES_MAX 4u                /* senders kept of each leg */
#define IP_WINDOW_US   US_PER_SECOND     /* of figures "in the last second" */
#define IP_ABSENT_US   US_PER_SECOND     /* without a datagram: the leg is absent */
#define IP_FOLLOW_US   (500 * US_PER_MS) /* silence after which another RTP sender is followed */
#define IP_BOTH_US     US_PER_SECOND     /* two sources that both sent within it are active */
#define IP_OVERLAP_US  (100 * US_PER_MS) /* and did so together for so long */
#define IP_SKEW_MAX_US (450 * US_PER_MS) /* class C */

typedef enum {
    IP_STREAM_MEDIA,
    IP_STREAM_FEC_COLUMN, /* what came on the media port + 2 */
    IP_STREAM_FEC_ROW,    /* what came on the media port + 4 */
    IP_STREAM_COUNT,
} IpStream;

/* One datagram. */
typedef struct {
    const uint8_t *data; /* no-ref; @size bytes, used within the call only */
    size_t size;
    MonoUs arrival_us; /* does not decrease within a leg; legs may be some ms apart in any order */
    uint8_t leg;       /* 0, or 1 after ip_flow_expect_leg() */
    uint8_t stream;    /* IpStream */
    uint8_t tos;       /* the byte of the IP header, or the IPv6 traffic class; DSCP is @tos >> 2 */
    uint8_t ttl;       /* or the IPv6 hop limit */
    bool header_known; /* @tos and @ttl are */
    IpSource source;   /* all-zero if unknown */
} IpDatagram;

/* One payload: transport packets, as the sender packed them. Valid within the call only. */
typedef struct {
    const uint8_t *data; /* no-ref */
    size_t size;         /* at least 1 */
    MonoUs arrival_us;   /* never decreases; what was held or repaired keeps its own time, or has
                            that of the payload before it */
    bool after_gap;      /* RTP: datagrams are missing for good just before this one, or another
                            sender begins: call ts_analyser_break() first */
    bool repaired;       /* by FEC */
} IpPayload;

typedef void (*IpPayloadVisitor)(const IpPayload *payload, void *user_data);

/* What is done with the payloads: @visitor is called within ip_flow_push(), ip_flow_tick() and
 * ip_flow_finish(); it must not call back into the flow but to read. */
typedef struct {
    IpPayloadVisitor visitor;
    void *user_data; /* no-ref */
} IpPayloadSink;

/* A value that changed. The first value is no change. */
typedef struct {
    uint64_t count; /* of changes */
    uint32_t from;  /* before the last change */
    uint32_t to;    /* since then; the present value even while @count is 0 */
    MonoUs at_us;   /* of the last change; 0: none */
    bool known;     /* there is a value */
} IpChange;         /* all-zero is the initial state */

/* One sender to this leg. */
typedef struct {
    IpSource address;
    uint64_t datagrams;
    MonoUs first_us; /* first datagram ever, as long as it is kept */
    MonoUs began_us; /* first one after the last silence of IP_BOTH_US */
    MonoUs last_us;
    uint8_t tos; /* last ones, if @header_known */
    uint8_t ttl;
    bool header_known;
} IpSender;

/* One leg. Counters are since the start, and never decrease. */
typedef struct {
    bool expected;         /* leg 0, or ip_flow_expect_leg() was called */
    bool absent;           /* expected, and no datagram within IP_ABSENT_US */
    MonoUs last_us;        /* last media datagram; 0: none yet */
    uint64_t datagrams;    /* media, of all senders */
    uint64_t bytes;        /* of them, with RTP headers */
    uint64_t foreign;      /* RTP of a sender that is not followed: not handed on */
    uint64_t malformed;    /* neither: thrown away */
    uint64_t received;     /* RTP of the followed sender, duplicates included */
    uint64_t lost;         /* RTP, resolved: numbers that did not come within 256 numbers or 1 s */
    uint64_t reordered;    /* RTP, came after a later one */
    uint64_t late;         /* RTP, of these: came after they were counted as lost */
    uint64_t duplicates;   /* RTP, came again on the same leg */
    uint64_t restarts;     /* RTP, the sequence jumped, or the sender is another one */
    uint64_t strays;       /* RTP, single ones far from the sequence: thrown away */
    uint64_t bursts;       /* RTP, gaps of two or more numbers, when they were seen */
    uint32_t burst_max;    /* longest of them, numbers */
    uint32_t pending;      /* RTP, numbers that are missing and may still come */
    double jitter_us;      /* RFC 3550, 6.4.1 */
    double jitter_max_us;  /* since the start */
    bool clock_steady;     /* RTP timestamps go with 90 kHz; otherwise jitter means nothing */
    IpChange ssrc;         /* of the followed sender */
    IpChange payload_type; /* 0 to 127 */
    IpChange dscp;         /* 0 to 63, of any one sender */
    IpChange ttl;          /* the same */
    IpChange source;       /* indices into @senders when it changed */
    IpSender senders[IP_SOURCES_MAX]; /* @n_senders entries */
    unsigned n_senders;
    unsigned followed;        /* index of the sender that is followed; IP_SOURCES_MAX: none known */
    unsigned second;          /* index of another one that is active at the same time, last seen
                                 within IP_BOTH_US; IP_SOURCES_MAX: none */
    uint64_t senders_refused; /* datagrams of senders beyond IP_SOURCES_MAX, all of them active */
    ArrivalFigures arrival;   /* of all media datagrams of this leg */
    MdiFigures mdi;
} IpLegFigures;

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
} IpFecFigures;

typedef enum {
    IP_SKEW_UNKNOWN, /* no number came on both legs in the last second */
    IP_SKEW_D,       /* up to 150 us */
    IP_SKEW_A,       /* up to 10 ms */
    IP_SKEW_B,       /* up to 50 ms */
    IP_SKEW_C,       /* up to 450 ms */
    IP_SKEW_BEYOND,
} IpSkewClass;

/* SMPTE 2022-7: how much later leg 1 is than leg 0; negative: earlier. */
typedef struct {
    IpSkewClass skew_class; /* by the largest in the last full second */
    int64_t last_us;
    int64_t max_us;      /* largest, in the last full second, with its sign */
    int64_t ever_max_us; /* largest since the start, with its sign */
    double mean_us;      /* in the last full second */
    uint64_t pairs;      /* numbers that came on both legs */
    uint64_t mismatched; /* datagrams of a leg that is not the same stream as the other */
} IpSkewFigures;

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
