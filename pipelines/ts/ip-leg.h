/* One leg of a flow: everything that is measured of its datagrams, before legs meet. Pure.
 *
 * Of RTP, one sender is followed, by address, port and SSRC; datagrams of others are foreign. A
 * foreign sender is followed once the other one was silent for IP_FOLLOW_US. An SSRC that changes
 * on the same address and port is followed at once, unless it is the one that was left and both
 * go on, and not twice within IP_FOLLOW_US: two streams in turn are one change, not thousands. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/arrival-histogram.h"
#include "pipelines/ts/datagram-repeat.h"
#include "pipelines/ts/ip-change.h"
#include "pipelines/ts/ip-datagram.h"
#include "pipelines/ts/ip-senders.h"
#include "pipelines/ts/mdi.h"
#include "pipelines/ts/rtp-jitter.h"
#include "pipelines/ts/rtp-receiver.h"
#include "pipelines/ts/rtp-window.h"

#define IP_FOLLOW_US (500 * US_PER_MS) /* silence after which another sender is followed */
#define IP_ABSENT_US US_PER_SECOND     /* without a datagram: the leg is absent */

/* What was measured. Counters are since the start, and never decrease. */
typedef struct {
    bool expected;        /* leg 0, or ip_flow_expect_leg() was called */
    bool absent;          /* expected, and no datagram within IP_ABSENT_US */
    MonoUs last_us;       /* last media datagram; 0: none yet */
    uint64_t datagrams;   /* media, of all senders */
    uint64_t bytes;       /* of them, with RTP headers */
    uint64_t foreign;     /* RTP of a sender that is not followed: not handed on */
    uint64_t malformed;   /* not RTP, while RTP is expected: thrown away */
    uint64_t received;    /* RTP of the followed sender, duplicates included */
    uint64_t lost;        /* RTP, resolved: numbers that did not come in time, see rtp-receiver.h */
    uint64_t reordered;   /* RTP, came after a later one */
    uint64_t late;        /* RTP, of these: came after they were counted as lost */
    uint64_t duplicates;  /* came again on the same leg; without RTP: at once */
    uint64_t restarts;    /* RTP, the sequence jumped, or the sender is another one */
    uint64_t strays;      /* RTP, single ones far from the sequence: thrown away */
    uint64_t bursts;      /* RTP, gaps of two or more numbers, when they were seen */
    uint32_t burst_max;   /* RTP, longest gap, numbers */
    uint32_t pending;     /* RTP, numbers that are missing and may still come */
    double jitter_us;     /* RTP, RFC 3550, 6.4.1 */
    double jitter_max_us; /* since the start */
    bool clock_steady;    /* RTP timestamps go with 90 kHz; otherwise jitter means nothing */
    IpChange ssrc;        /* RTP, of the followed sender */
    IpChange payload_type;            /* RTP, 0 to 127, the same */
    IpChange dscp;                    /* 0 to 63, the same */
    IpChange ttl;                     /* the same */
    IpChange source;                  /* indices into @senders when it changed */
    IpSender senders[IP_SENDERS_MAX]; /* @n_senders entries; one of an unknown address for all that
                                         come without */
    unsigned n_senders;
    unsigned followed;        /* index of the sender that is followed, if there is one */
    unsigned second;          /* index of another one that is active at the same time;
                                 IP_SENDERS_MAX: none */
    uint64_t senders_refused; /* datagrams of senders beyond IP_SENDERS_MAX, all of them active */
    ArrivalFigures arrival;   /* of the followed sender; of all, where it is no RTP */
    MdiFigures mdi;           /* the same */
} IpLegFigures;

typedef struct {
    RtpReceiver receiver;
    RtpJitter jitter;
    ArrivalHistogram arrival;
    Mdi mdi;
    DatagramRepeat repeat;
    IpSenders senders;
    IpChange ssrc;
    IpChange payload_type;
    MonoUs last_us; /* last media datagram */
    uint64_t datagrams;
    uint64_t bytes;
    uint64_t foreign;
    uint64_t malformed;
    uint64_t ts_missing; /* by continuity, for MLR where there is no RTP */
    uint32_t ts_each;    /* TS packets in the last RTP payload */
    uint32_t left_ssrc;  /* SSRC that was followed before, on the same address and port */
    MonoUs left_us;      /* when it came last; 0: there is none */
    MonoUs switched_us;  /* when the SSRC changed last; 0: never */
    MonoUs followed_us;  /* last datagram of the sender that is followed; 0: none is */
    RtpHeader suspect;   /* header of what is in @suspect_data */
    MonoUs suspect_us;   /* its arrival */
    size_t suspect_size; /* 0: nothing is kept */
    uint8_t suspect_data[RTP_WINDOW_BYTES]; /* waits for the next one to confirm it */
} IpLeg;                                    /* all-zero is the initial state */

/* Counts a media datagram that is no RTP. Returns: whether it is to be handed on, as it is; one
 * that came twice in a row is not */
bool ip_leg_plain(IpLeg *leg, const IpDatagram *datagram);

/**
 * ip_leg_rtp:
 * @ret_header: (out): its header; written for all verdicts but RTP_MALFORMED
 *
 * Counts a media datagram of RTP.
 *
 * Returns: RTP_MALFORMED for foreign ones, too. A suspect is kept in @leg; if @leg->suspect_size is
 *   not 0 after another verdict, it belongs before this one: take it, and set the size to 0
 */
RtpVerdict ip_leg_rtp(IpLeg *leg, const IpDatagram *datagram, RtpHeader *ret_header);

/* Resolves gaps and ends seconds. */
void ip_leg_tick(IpLeg *leg, MonoUs now_us);

void ip_leg_clock_jumped(IpLeg *leg);

/* @expected and @absent, too. */
void ip_leg_figures(const IpLeg *leg, bool expected, MonoUs now_us, IpLegFigures *ret_figures);
