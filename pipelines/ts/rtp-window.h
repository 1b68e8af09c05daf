/* RTP datagrams put back into the order in which they were sent, from one leg or two. Pure.
 *
 * A ring of slots by sequence number. What is in order passes through; what follows a gap is held
 * until the gap is filled, by a late datagram, the other leg or FEC, or is given up: after
 * @wait_us, or when more than @hold_max numbers wait, or when both legs are @pass_max numbers past
 * it. Without a gap nothing is copied, unless the past is kept for FEC.
 *
 * Numbers are extended beyond 16 bits and only grow; another start of the sender goes far ahead. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ip-payload.h"

#define RTP_WINDOW_BYTES 1500u /* a datagram that can be held; longer ones end the wait */
#define RTP_WINDOW_HOLD  64u   /* numbers that wait for one leg without FEC */
#define RTP_WINDOW_US    (50 * US_PER_MS) /* and so long */
#define RTP_WINDOW_SLOTS 128u             /* room for that; a power of 2, as all rooms are */
#define RTP_WINDOW_LEGS  2u
#define RTP_WINDOW_FAR   16384u /* numbers ahead that 16 bits do not tell safely */

typedef enum {
    RTP_SLOT_EMPTY,
    RTP_SLOT_HELD,   /* waits; its bytes are kept */
    RTP_SLOT_PASSED, /* handed on; its bytes are kept if the past is */
    RTP_SLOT_LOST,   /* given up */
} RtpSlotState;

typedef struct {
    uint64_t number;
    MonoUs arrival_us;
    uint16_t size;           /* bytes that are kept; 0: none */
    uint16_t payload_offset; /* within them */
    uint16_t payload_size;
    uint8_t state; /* RtpSlotState; means something if @number is the one looked for */
    uint8_t leg;   /* on which it came first */
    bool repaired; /* it is from FEC */
} RtpSlot;

/* One datagram on its way. */
typedef struct {
    const uint8_t *data; /* no-ref; with its header */
    size_t size;
    size_t payload_offset;
    size_t payload_size;
    MonoUs arrival_us; /* means nothing if @repaired */
    uint16_t sequence;
    uint8_t leg; /* below RTP_WINDOW_LEGS */
    bool repaired;
} RtpItem;

typedef enum {
    RTP_PLACE_NEW,  /* handed on, or held */
    RTP_PLACE_TWIN, /* it is there already */
    RTP_PLACE_LATE, /* its gap was given up, or it is too old to know */
} RtpPlace;

typedef struct {
    RtpSlot *slots;                    /* owned; @capacity entries, by number modulo @capacity */
    uint8_t *bytes;                    /* owned; RTP_WINDOW_BYTES for each slot */
    uint32_t capacity;                 /* power of 2 */
    bool remember;                     /* slots say what passed: for two legs and for FEC */
    bool keep;                         /* bytes of what passed are kept: for FEC */
    bool two_legs;                     /* both are present */
    uint32_t hold_max;                 /* numbers, less than @capacity */
    uint32_t pass_max;                 /* numbers */
    int64_t wait_us;                   /* the longest wait */
    bool started;                      /* something came */
    bool gap;                          /* something is missing before the next one */
    uint64_t next;                     /* number that is due */
    uint64_t end;                      /* one past the newest number that came */
    uint64_t leg_end[RTP_WINDOW_LEGS]; /* the same by leg */
    uint32_t n_held;
    MonoUs oldest_us;   /* arrival of the oldest one held, if any is */
    MonoUs last_us;     /* arrival that was handed on last */
    uint64_t handed_on; /* counters since the start */
    uint64_t lost;      /* given up */
    uint64_t late;      /* see RTP_PLACE_LATE */
    uint64_t restarts;
    uint64_t too_long; /* could not be held */
} RtpWindow;           /* see rtp_window_init() */

void rtp_window_init(RtpWindow *window);
void rtp_window_reset(RtpWindow *window); /* as after rtp_window_init(), but the room stays */
void rtp_window_clear(RtpWindow *window); /* frees what it owns */

/* Hands a payload on that is no RTP, with its time made not to decrease. */
void rtp_window_bypass(RtpWindow *window, const IpPayload *payload, const IpPayloadSink *sink);

/* Makes room for @capacity slots (a power of 2) if there is less; what is held stays. */
void rtp_window_reserve(RtpWindow *window, uint32_t capacity);

/* Places one datagram; may hand on any number of payloads. */
RtpPlace rtp_window_push(RtpWindow *window, const RtpItem *item, const IpPayloadSink *sink);

/* The number, extended, that @sequence means at present. */
uint64_t rtp_window_number(const RtpWindow *window, uint16_t sequence);

/* Returns: (transfer none) (nullable): what is known of @number */
const RtpSlot *rtp_window_slot(const RtpWindow *window, uint64_t number);

/* Returns: (transfer none) (nullable): the bytes of the datagram, @ret_size of them, if kept */
const uint8_t *rtp_window_bytes(const RtpWindow *window, uint64_t number, size_t *ret_size);

/* Gives up the gaps whose time is over. */
void rtp_window_expire(RtpWindow *window, MonoUs now_us, const IpPayloadSink *sink);

/* Gives up all gaps, and hands on all that is held. */
void rtp_window_flush(RtpWindow *window, const IpPayloadSink *sink);

/* A burst of loss ends with @number, which is more than RTP_WINDOW_FAR ahead of all that came: what
 * is between is given up. Nothing is done if it is nearer. */
void rtp_window_skip(RtpWindow *window, uint64_t number, const IpPayloadSink *sink);

/* Another sender, or another start: flushes, and goes on with @sequence. */
void rtp_window_restart(RtpWindow *window, uint16_t sequence, const IpPayloadSink *sink);
