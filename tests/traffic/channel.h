/* A channel being sent: its multiplexer, what is broken about it, its datagrams, and the truth
 * about what a receiver gets. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tests/traffic/delay-line.h"
#include "tests/traffic/fec-maker.h"
#include "tests/traffic/impair.h"
#include "tests/traffic/mux.h"
#include "tests/traffic/outbox.h"
#include "tests/traffic/plan.h"
#include "tests/traffic/witness.h"

#define DATAGRAM_PACKETS 7 /* at most, and usually */

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
    unsigned burst_left;   /* datagrams still to lose of this burst */
    bool once;             /* a burst that is not repeated */
    uint64_t packets;      /* lost, added or changed since it took effect */
    uint64_t packets_from; /* the multiplexer's own count when it took effect */
    ImpairRandom random;
} Broken;

/* What became of the datagrams. Leg 1 is the channel's own address. */
typedef struct {
    uint64_t lost;            /* on leg 1 */
    uint64_t bursts;          /* runs of those */
    uint64_t duplicated;      /* that went out twice */
    uint64_t duplicated_full; /* of those, that held more than null packets and clock references */
    uint64_t reordered;       /* that were overtaken */
    uint64_t leg2_lost;
    uint64_t both_lost; /* on leg 1 and leg 2 */
} DatagramTruth;

typedef struct {
    const PlanChannel *plan; /* no-ref */
    Mux mux;
    Broken broken[IMPAIR_KINDS];
    uint64_t made, sent; /* datagrams due so far; handed to the network */
    uint16_t rtp_sequence;
    uint32_t rtp_ssrc, rtp_stamp; /* the stamp of clock 0 */
    uint8_t held[DATAGRAM_MAX];   /* a datagram that others overtake */
    uint64_t held_serial;         /* of its first packet */
    unsigned holding;             /* how many still do; 0: there is none */
    bool was_lost;                /* the datagram before */
    DelayLine delayed, leg2_delayed;
    FecMaker *fec; /* owned (nullable) */
    uint8_t copy[DATAGRAM_MAX];
    DatagramTruth datagrams;
    Witness ideal;   /* who gets what arrives on any leg, once and in order */
    Witness wire;    /* who takes what arrives on leg 1 as it comes, if wire_apart */
    bool wire_apart; /* the two differ from when on; until then they would see the same */
} Channel;

/* What channel_step() is told to report: an impairment took effect or ended. */
typedef void (*ChannelNotice)(const Channel *channel,
                              const Broken *broken,
                              bool start,
                              void *user_data);

/* @index: in the plan; clocks, phases and dice come from it and @seed. */
void channel_init(
    Channel *channel, const PlanChannel *plan, const Source *source, uint32_t index, uint64_t seed);

/* Frees what the channel holds, not itself. */
void channel_clear(Channel *channel);

/* Begins an impairment; the same kind begins anew with the new figures. */
void
channel_break(Channel *channel, const Impairment *impairment, MonoUs now_us, MonoUs duration_us);

/* Ends all impairments. Returns how many there were. */
unsigned channel_mend(Channel *channel, MonoUs now_us);

/* Takes impairments through their states; call before and after making datagrams. */
void channel_step(Channel *channel, MonoUs now_us, ChannelNotice notice, void *user_data);

/* Makes the next datagram and puts what is to be sent now for it into @outbox, which has room. */
void channel_next(Channel *channel, MonoUs now_us, Outbox *outbox);

/* Puts delayed datagrams that are due into @outbox, as far as there is room. */
void channel_release(Channel *channel, MonoUs now_us, Outbox *outbox);

/* Bytes of each of the channel's datagrams. */
size_t channel_datagram_size(const Channel *channel);

/* Packets in each of them. */
static inline unsigned
channel_packets(const Channel *channel)
{
    return channel->plan->transport.packets != 0 ? channel->plan->transport.packets
                                                 : DATAGRAM_PACKETS;
}

/* What the channel's datagrams say now. */
uint8_t channel_ttl(const Channel *channel);
uint8_t channel_tos(const Channel *channel);

/* Datagrams due @us after the start of sending; and when datagram @number is due. */
uint64_t channel_due(const Channel *channel, MonoUs us);
MonoUs channel_due_us(const Channel *channel, uint64_t number);

/* The truth about the channel as the inside of a JSON object. */
void channel_append_truth(const Channel *channel, GString *json);
