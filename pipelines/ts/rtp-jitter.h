/* RTP timestamps against arrival: interarrival jitter (RFC 3550, 6.4.1), and whether a datagram
 * continues the clock of those before it. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/rtp-receiver.h"

#define RTP_CLOCK_FAR_US       US_PER_SECOND     /* off by more: not the same clock */
#define RTP_CLOCK_CHECK_US     US_PER_SECOND     /* the clock is compared over so long */
#define RTP_CLOCK_TOLERANCE_US (100 * US_PER_MS) /* and may be off by that */

typedef struct {
    double jitter_us;     /* J; times 0.09 for units of the timestamp */
    double max_us;        /* largest J since the start */
    double ticks;         /* timestamp per number, of the last check; 0 while unknown */
    MonoUs arrival_us;    /* of the datagram before */
    MonoUs check_us;      /* arrival and timestamp from which the clock is compared */
    uint32_t check_stamp; /* timestamp then */
    uint32_t timestamp;   /* of the datagram before */
    uint16_t check_sequence;
    bool started; /* there is a datagram before */
    bool steady;  /* timestamps go with 90 kHz, by the last check */
} RtpJitter;      /* all-zero is the initial state */

/* What can be said of @header before it is counted. */
RtpHint rtp_jitter_hint(const RtpJitter *jitter, const RtpHeader *header, MonoUs arrival_us);

/* Counts one datagram, in the order of arrival; duplicates are left out. A difference beyond
 * RTP_CLOCK_FAR_US is a jump of the clock, and left out of J. */
void rtp_jitter_push(RtpJitter *jitter, const RtpHeader *header, MonoUs arrival_us);

/* The next datagram is not compared with those before: another sender, or another clock. J and
 * whether the clock is steady are kept. */
void rtp_jitter_break(RtpJitter *jitter);
