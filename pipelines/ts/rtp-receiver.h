/* RTP (RFC 3550) around a transport stream: loss, reorder and duplicates counted by sequence
 * numbers. Nothing is held back. Pure.
 *
 * A number that is missing counts as lost at once, and is pending: if it comes within RTP_RESOLVE
 * numbers, or before rtp_receiver_tick() resolves it, it is reordered and no longer lost. So
 * @lost - @pending never decreases, and is exact once the gaps are resolved.
 *
 * A jump is a burst of loss or another start of the sender. RTP timestamps tell, if they are known
 * to go with the clock: after a burst they still do. Without them, RTP_JUMP numbers decide. A
 * start must be confirmed by a second datagram that follows the first; until then the first is a
 * suspect, and thrown away if the old sequence goes on. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/rtp-header.h"

#define RTP_WINDOW     1024u /* numbers behind the newest for which is known what came */
#define RTP_RESOLVE    256u  /* numbers behind the newest that may still come late */
#define RTP_RESOLVE_US (500 * US_PER_MS) /* and at least for so long, at most twice that */
#define RTP_JUMP       3000u             /* numbers ahead from which another start is suspected */
#define RTP_NEAR       64u               /* numbers either way that are never suspected */
#define RTP_BURST_MAX  (1u << 24)        /* longest burst that is counted */

typedef struct {
    uint64_t received;   /* RTP datagrams, duplicates and strays included */
    uint64_t lost;       /* numbers that never came; @pending ones included */
    uint64_t reordered;  /* came after a later one */
    uint64_t late;       /* of these: came when their gap was resolved, they stay lost */
    uint64_t duplicates; /* came again; to be thrown away */
    uint64_t restarts;   /* the sequence jumped, or SSRC changed: a new sender */
    uint64_t strays;     /* suspects that were not confirmed */
    uint64_t malformed;  /* not RTP */
    uint64_t bursts;     /* gaps of two or more numbers, when they were seen */
    uint32_t burst_max;  /* longest gap, numbers */
    uint32_t pending;    /* missing numbers that may still come */
    uint32_t ssrc;       /* of the present sender */
    uint64_t newest;     /* newest number, extended beyond 16 bits */
    uint64_t resolved;   /* from here on missing numbers are pending; means nothing if none is */
    uint64_t mark;       /* what is missing before it is resolved at @mark_us + RTP_RESOLVE_US */
    MonoUs mark_us;
    uint64_t came[RTP_WINDOW / 64]; /* bit by number modulo RTP_WINDOW: it came */
    uint16_t suspect;               /* first number of another sequence, if @suspected */
    bool suspected;
    bool started; /* something came */
} RtpReceiver;    /* all-zero is the initial state */

typedef enum {
    RTP_PAYLOAD,   /* in order, or late: analyse it */
    RTP_GAP,       /* the same, but datagrams are missing just before this one */
    RTP_DUPLICATE, /* throw it away */
    RTP_SUSPECT,   /* keep it: it belongs before the next one if @restarts grows with that one */
    RTP_MALFORMED, /* not RTP: throw it away, or take it for a bare transport stream */
} RtpVerdict;

/* What is known of one datagram besides its number. */
typedef enum {
    RTP_CLOCK_UNKNOWN, /* timestamps cannot be trusted */
    RTP_CLOCK_GOES_ON, /* its timestamp fits its arrival, after those before it */
    RTP_CLOCK_JUMPED,  /* it does not fit */
} RtpClockVerdict;

typedef struct {
    RtpClockVerdict clock;
    int64_t ahead; /* by how many numbers it should be ahead, by its timestamp, with
                      RTP_CLOCK_GOES_ON; means nothing otherwise */
} RtpHint;

/* Counts one datagram. Returns: what it is; never RTP_MALFORMED */
RtpVerdict rtp_receiver_place(RtpReceiver *receiver, const RtpHeader *header, const RtpHint *hint);

/* Resolves what is missing since long enough. Call it a few times a second. */
void rtp_receiver_tick(RtpReceiver *receiver, MonoUs now_us);

/* Resolves all that is missing: the flow ended. */
void rtp_receiver_finish(RtpReceiver *receiver);

/**
 * rtp_receiver_push:
 * @data: one datagram of @size bytes
 * @ret_payload: (out): what follows the header, within @data; set for RTP_PAYLOAD and RTP_GAP
 * @ret_size: (out): bytes of it, padding taken off
 *
 * rtp_header_read() and rtp_receiver_place() without a hint.
 */
RtpVerdict rtp_receiver_push(RtpReceiver *receiver,
                             const uint8_t *data,
                             size_t size,
                             const uint8_t **ret_payload,
                             size_t *ret_size);
