/* A channel being sent: its multiplexer, what is broken about it, and its datagrams. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tests/traffic/impair.h"
#include "tests/traffic/mux.h"
#include "tests/traffic/plan.h"

#define DATAGRAM_PACKETS 7
#define DATAGRAM_PAYLOAD (DATAGRAM_PACKETS * PACKET_SIZE)
#define RTP_HEADER_SIZE  12
#define DATAGRAM_MAX     (RTP_HEADER_SIZE + DATAGRAM_PAYLOAD)

/* One impairment of one channel: OFF, then PENDING until the stream takes it up, ON, and ENDING
 * until the stream has let go of it. Those that need not wait for the stream pass through at once.
 */
typedef enum {
    BROKEN_OFF,
    BROKEN_PENDING,
    BROKEN_ON,
    BROKEN_ENDING,
} BrokenState;

typedef struct {
    BrokenState state;
    Impairment what;
    MonoUs until_us;       /* when it ends; US_NEVER: when mended */
    MonoUs next_burst_us;  /* for bursts: when the next begins */
    unsigned burst_left;   /* for bursts: datagrams still to lose */
    bool once;             /* a burst that is not repeated */
    uint64_t packets;      /* lost, added or changed since it took effect */
    uint64_t packets_from; /* the multiplexer's own count when it took effect */
    ImpairRandom random;
} Broken;

typedef struct {
    const PlanChannel *plan; /* no-ref */
    Mux mux;
    Broken broken[IMPAIR_KINDS];
    uint64_t made, sent; /* datagrams due so far; handed to the network */
    uint16_t rtp_sequence;
    uint32_t rtp_ssrc;
    uint8_t held[DATAGRAM_MAX]; /* a datagram that the next one overtakes */
    bool holding;               /* there is one */
} Channel;

/* What channel_step() is told to report: an impairment took effect or ended. */
typedef void (*ChannelNotice)(const Channel *channel,
                              const Broken *broken,
                              bool start,
                              void *user_data);

/* @index: in the plan; clocks, phases and dice come from it and @seed. */
void channel_init(
    Channel *channel, const PlanChannel *plan, const Source *source, uint32_t index, uint64_t seed);

/* Begins an impairment; the same kind begins anew with the new figures. */
void
channel_break(Channel *channel, const Impairment *impairment, MonoUs now_us, MonoUs duration_us);

/* Ends all impairments. Returns how many there were. */
unsigned channel_mend(Channel *channel, MonoUs now_us);

/* Takes impairments through their states; call before and after making datagrams. */
void channel_step(Channel *channel, MonoUs now_us, ChannelNotice notice, void *user_data);

/* Makes the next datagram and writes what is to be sent for it to @out, which holds 2 *
 * DATAGRAM_MAX. Returns how many datagrams of channel_datagram_size() that is: 0 to 2. */
unsigned channel_next(Channel *channel, uint8_t *out);

/* Bytes of each of the channel's datagrams. */
static inline size_t
channel_datagram_size(const Channel *channel)
{
    return DATAGRAM_PAYLOAD + (channel->plan->rtp ? RTP_HEADER_SIZE : 0);
}

/* Datagrams due @us after the start of sending. */
uint64_t channel_due(const Channel *channel, MonoUs us);
