/* FEC of SMPTE 2022-1 (columns and rows of XOR) around a flow of RTP. Pure.
 *
 * A FEC datagram is an RTP header, then 16 bytes, then the XOR of what follows the first 12 bytes
 * of each media datagram that it covers, the shorter ones filled up with zeros:
 *
 *   0  SNBase low (16)      | length recovery (16)
 *   4  E (1), PT recovery (7) | mask (24)
 *   8  timestamp recovery (32)
 *   12 N (1), D (1), type (3), index (3) | offset (8) | NA (8) | SNBase extension (8)
 *
 * It covers the numbers SNBase + i * offset, i below NA. Columns have the offset L and NA = D, rows
 * the offset 1 and NA = L. The fixed 12 bytes are recovered from the fields above, and from P, X,
 * CC and M of the FEC datagram's own RTP header, which is therefore not parsed as one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/rtp-receiver.h"
#include "pipelines/ts/rtp-window.h"

#define RTP_FEC_SIDE_MAX   20u           /* L, and D */
#define RTP_FEC_MATRIX_MAX 100u          /* L * D */
#define RTP_FEC_PACKETS    96u           /* FEC datagrams kept; the oldest makes room */
#define RTP_FEC_SLOTS      512u          /* room of the window: two matrices and the past */
#define RTP_FEC_NEAR       16u           /* numbers behind the newest that may be merely late */
#define RTP_FEC_NEAR_US    RTP_WINDOW_US /* or so long */
#define RTP_FEC_WAIT_US    US_PER_SECOND /* longest wait for FEC */
#define RTP_FEC_PRESENT_US US_PER_SECOND /* since the last FEC datagram: FEC is present */

typedef enum {
    RTP_FEC_COLUMN,
    RTP_FEC_ROW,
    RTP_FEC_KINDS,
} RtpFecKind;

/* One FEC datagram; its XOR lies beside. */
typedef struct {
    uint64_t base;      /* SNBase, extended as the window does */
    uint32_t timestamp; /* recovery fields */
    uint16_t length;
    uint16_t size;        /* bytes of the XOR */
    uint8_t payload_type; /* 0 to 127 */
    uint8_t flags;        /* P, X and CC, as in the first byte of RTP */
    uint8_t marker;       /* M, as in the second byte */
    uint8_t offset;       /* numbers from one to the next that it covers */
    uint8_t count;        /* numbers that it covers */
    bool used;
} RtpFecPacket;

typedef struct {
    RtpFecPacket packets[RTP_FEC_PACKETS];
    uint8_t *bytes;                       /* owned; RTP_WINDOW_BYTES for each packet */
    RtpReceiver receivers[RTP_FEC_KINDS]; /* of the FEC datagrams themselves */
    uint8_t result[RTP_WINDOW_BYTES];     /* datagram that was recovered last */
    unsigned n_packets;                   /* used ones */
    uint8_t columns;                      /* L; 0 while unknown */
    uint8_t rows;                         /* D; 0 while unknown, and without column FEC */
    bool dirty;                           /* something changed since nothing could be recovered */
    MonoUs last_us;                       /* last FEC datagram; 0: none yet */
    uint64_t received[RTP_FEC_KINDS];     /* duplicates left out */
    uint64_t malformed;
    uint64_t recovered;
    uint64_t late;
    uint64_t dropped;
    uint64_t refused;
} RtpFec; /* all-zero is the initial state, see rtp_fec_init() */

void rtp_fec_init(RtpFec *fec);  /* Takes memory for the packets. */
void rtp_fec_clear(RtpFec *fec); /* frees what it owns */

/* Whether the datagram is FEC within the limits. */
bool rtp_fec_looks_like(const uint8_t *data, size_t size);

/* Takes one FEC datagram; needs rtp_fec_init(). @window: that of the media, which has started. */
void rtp_fec_push(RtpFec *fec,
                  RtpFecKind kind,
                  const uint8_t *data,
                  size_t size,
                  MonoUs arrival_us,
                  const RtpWindow *window);

/* Something may be recoverable now that was not before: media came into a gap. */
void rtp_fec_touch(RtpFec *fec);

/* Forgets what is kept: another sender. */
void rtp_fec_reset(RtpFec *fec);

/* The media that FEC is for. */
typedef struct {
    uint32_t ssrc;
    uint8_t payload_type; /* a recovery with another one is refused */
} RtpFecMedia;

/**
 * rtp_fec_repair:
 * @ret_item: (out): a media datagram that was lost, valid until the next call; written on success
 *
 * Recovers one datagram that is missing in @window and no longer merely late. Place it, and call
 * again until nothing is found.
 */
bool rtp_fec_repair(RtpFec *fec,
                    const RtpWindow *window,
                    const RtpFecMedia *media,
                    MonoUs now_us,
                    RtpItem *ret_item);

/* Numbers that a gap should wait for: twice the matrix and a row. */
uint32_t rtp_fec_hold(const RtpFec *fec);

bool rtp_fec_present(const RtpFec *fec, MonoUs now_us);
