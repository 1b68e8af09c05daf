/* Datagrams are made, lost, doubled, swapped, delayed, protected and damaged. */
#include "tests/traffic/channel.h"

#include <string.h>

#include "tests/traffic/channel-parts.h"

#define RTP_TYPE_MP2T 33
#define RTP_WRAP      (UINT64_C(1) << 32)
#define OTHER_SSRC    0x5a5a5a5au /* what an SSRC is changed by */
#define TTL_USUAL     1
/* Over 7: how many groups of pictures a channel is ahead of the one before. */
#define PHASE_GOPS 37
#define US_PER_PACKETS                                                                             \
    (24 * (uint64_t)US_PER_SECOND) /* that a unit of rate fills with 21 packets */

static void
init_rtp(Channel *channel, ImpairRandom *random)
{
    const uint64_t wrap_in_s = channel->plan->transport.rtp_wrap_in_s;
    const uint16_t sequence = (uint16_t)(impair_draw(random) * 65536);

    channel->rtp_ssrc = (uint32_t)(impair_draw(random) * 4294967296.0);
    channel->rtp_sequence = sequence;
    if (wrap_in_s == 0)
        return;
    channel->rtp_sequence =
        (uint16_t)(65536 - MIN(channel_due(channel, (MonoUs)wrap_in_s * US_PER_SECOND), 65535));
    channel->rtp_stamp =
        (uint32_t)(RTP_WRAP - wrap_in_s * 90000 - mux_clock(&channel->mux) / 300 % RTP_WRAP);
}

void
channel_init(
    Channel *channel, const PlanChannel *plan, const Source *source, uint32_t index, uint64_t seed)
{
    const PlanTransport *transport = &plan->transport;
    ImpairRandom random = impair_random(seed, index, IMPAIR_KINDS);
    /* Any clock will do; every eighth channel's wraps 20 to 70 s after the start. */
    const uint64_t from_wrap_90k = 90000 * (20 + (uint64_t)(impair_draw(&random) * 50));
    const uint64_t any_90k = (uint64_t)(impair_draw(&random) * (double)(PTS90_MODULUS / 2));
    const uint64_t clock_90k = transport->wrap_in_s != 0
                                   ? PTS90_MODULUS - (uint64_t)transport->wrap_in_s * 90000
                               : index % 8 == 7 ? PTS90_MODULUS - from_wrap_90k
                                                : any_90k;
    const MuxIdentity identity = {
        .name = plan->name,
        .service_id = plan->service_id,
        .clock = 300 * clock_90k,
        .start_gop = index * PHASE_GOPS / 7,
        .services = transport->services,
    };

    *channel = (Channel){.plan = plan, .wire_apart = transport->leg2_port != 0};
    mux_init(&channel->mux, source, &identity);
    init_rtp(channel, &random);
    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++)
        channel->broken[kind].random = impair_random(seed, index, (ImpairKind)kind);
    if (transport->fec_columns == 0)
        return;
    channel->fec = g_new(FecMaker, 1);
    fec_maker_init(channel->fec, (uint8_t)transport->fec_columns, (uint8_t)transport->fec_rows,
                   transport->fec_with_rows != 0);
}

void
channel_clear(Channel *channel)
{
    delay_line_clear(&channel->delayed);
    delay_line_clear(&channel->leg2_delayed);
    g_clear_pointer(&channel->fec, g_free);
}

/* Bytes from one packet to the next. */
static size_t
stride_of(const Channel *channel)
{
    const uint32_t size = channel->plan->transport.packet_size;

    return size != 0 ? size : PACKET_SIZE;
}

/* Where the first packet of a datagram begins: a stride of 192 begins with a time stamp. */
static size_t
head_of(const Channel *channel)
{
    return (channel->plan->rtp ? RTP_HEADER_SIZE : 0u) + (stride_of(channel) == 192 ? 4u : 0u);
}

size_t
channel_datagram_size(const Channel *channel)
{
    return (channel->plan->rtp ? RTP_HEADER_SIZE : 0u) +
           channel_packets(channel) * stride_of(channel);
}

uint8_t
channel_ttl(const Channel *channel)
{
    const uint32_t planned = channel->plan->transport.ttl;

    if (channel_has(channel, IMPAIR_TTL))
        return (uint8_t)channel->broken[IMPAIR_TTL].what.figure[0];
    return planned != 0 ? (uint8_t)planned : TTL_USUAL;
}

uint8_t
channel_tos(const Channel *channel)
{
    return channel_has(channel, IMPAIR_TOS) ? (uint8_t)channel->broken[IMPAIR_TOS].what.figure[0]
                                            : (uint8_t)channel->plan->transport.tos;
}

static void
write_rtp(Channel *channel, uint8_t *out)
{
    const uint32_t stamp = channel->rtp_stamp + (uint32_t)(mux_clock(&channel->mux) / 300);
    const uint32_t ssrc = channel->rtp_ssrc ^ (channel_has(channel, IMPAIR_SSRC) ? OTHER_SSRC : 0);

    out[0] = 0x80;
    out[1] = RTP_TYPE_MP2T;
    out[2] = (uint8_t)(channel->rtp_sequence >> 8);
    out[3] = (uint8_t)channel->rtp_sequence;
    channel->rtp_sequence++;
    for (unsigned i = 0; i < 4; i++) {
        out[4 + i] = (uint8_t)(stamp >> (24 - 8 * i));
        out[8 + i] = (uint8_t)(ssrc >> (24 - 8 * i));
    }
}

/* What a stride of more than 188 bytes puts around the packet at @packet. */
static void
write_around(uint8_t *packet, size_t stride, uint64_t clock_27m)
{
    if (stride == 192) {
        for (unsigned i = 0; i < 4; i++)
            packet[-4 + (int)i] = (uint8_t)((clock_27m & 0x3fffffff) >> (24 - 8 * i));
    } else if (stride > PACKET_SIZE) {
        memset(packet + PACKET_SIZE, 0, stride - PACKET_SIZE);
    }
}

static void
make_datagram(Channel *channel, uint8_t *out)
{
    const size_t stride = stride_of(channel);
    uint8_t *first = out + head_of(channel);

    if (channel->plan->rtp)
        write_rtp(channel, out);
    for (unsigned i = 0; i < channel_packets(channel); i++) {
        if (stride != PACKET_SIZE)
            write_around(first + i * stride, stride, mux_clock(&channel->mux));
        mux_next(&channel->mux, first + i * stride);
    }
    channel->made++;
    channel_damage(channel, first, channel_packets(channel), stride);
}

/* Leg 1: whether the datagram in hand gets lost. */
static bool
is_lost(Channel *channel)
{
    Broken *broken = channel->broken;
    ImpairKind reason = IMPAIR_LOSS;
    bool lost = true;

    if (channel_has(channel, IMPAIR_STOP)) {
        reason = IMPAIR_STOP;
    } else if (channel_has(channel, IMPAIR_BURST) && broken[IMPAIR_BURST].burst_left > 0) {
        reason = IMPAIR_BURST;
        broken[IMPAIR_BURST].burst_left--;
    } else {
        lost = channel_loses(channel, IMPAIR_LOSS);
    }
    broken[reason].packets += lost ? channel_packets(channel) : 0;
    channel->datagrams.lost += lost;
    channel->datagrams.bursts += lost && !channel->was_lost;
    channel->was_lost = lost;
    return lost;
}

static bool
is_lost_on_leg2(Channel *channel)
{
    const bool lost = channel_has(channel, IMPAIR_STOP) || channel_loses(channel, IMPAIR_LEG2_LOSS);

    channel->broken[IMPAIR_LEG2_LOSS].packets +=
        lost && channel_has(channel, IMPAIR_LEG2_LOSS) ? channel_packets(channel) : 0;
    channel->datagrams.leg2_lost += lost;
    return lost;
}

static MonoUs
leaves_at(Channel *channel, ImpairKind kind, MonoUs now_us)
{
    Broken *broken = &channel->broken[kind];
    const double *figure = broken->what.figure;

    if (broken->state != BROKEN_ON)
        return now_us;
    const double ms = figure[0] + figure[1] * (2 * impair_draw(&broken->random) - 1);

    broken->packets += channel_packets(channel);
    return now_us + (MonoUs)(MAX(ms, 0) * (double)US_PER_MS);
}

/* From here on, what comes as it comes is not what comes in order and once. */
static void
part_witnesses(Channel *channel)
{
    if (channel->wire_apart)
        return;
    channel->wire = channel->ideal;
    channel->wire_apart = true;
}

/* Tells a witness what becomes of the datagram at @data. @serial: of its first packet. */
static void
arrives_on_wire(Channel *channel, const uint8_t *data, uint64_t serial)
{
    const uint8_t *first = data + head_of(channel);

    for (unsigned i = 0; channel->wire_apart && i < channel_packets(channel); i++)
        witness_arrived(&channel->wire, first + i * stride_of(channel), serial + i);
}

static void
tell_ideal(Channel *channel, const uint8_t *data, uint64_t serial, bool arrives)
{
    const uint8_t *first = data + head_of(channel);

    for (unsigned i = 0; i < channel_packets(channel); i++) {
        if (arrives)
            witness_arrived(&channel->ideal, first + i * stride_of(channel), serial + i);
        else
            witness_lost(&channel->ideal, first + i * stride_of(channel));
    }
}

/* Sends on leg 1, at once or later. */
static void
send_main(Channel *channel, const uint8_t *data, uint64_t serial, MonoUs now_us, Outbox *outbox)
{
    const size_t size = channel_datagram_size(channel);

    arrives_on_wire(channel, data, serial);
    if (channel_has(channel, IMPAIR_DELAY) || !delay_line_is_empty(&channel->delayed))
        delay_line_add(&channel->delayed, data, size, leaves_at(channel, IMPAIR_DELAY, now_us));
    else if (data == outbox_next(outbox))
        outbox_add(outbox, OUTBOX_MAIN, size);
    else
        outbox_copy(outbox, OUTBOX_MAIN, data, size);
}

/* Lets what is held go if enough others have overtaken it. */
static void
send_held(Channel *channel, MonoUs now_us, Outbox *outbox)
{
    if (channel->holding == 0 || --channel->holding > 0)
        return;
    send_main(channel, channel->held, channel->held_serial, now_us, outbox);
}

/* Whether the counter of any packet in the datagram goes on: two alike would be an error. */
static bool
is_full(const Channel *channel, const uint8_t *data)
{
    const uint8_t *first = data + head_of(channel);

    for (unsigned i = 0; i < channel_packets(channel); i++) {
        const uint8_t *packet = first + i * stride_of(channel);

        if (packet[3] & 0x10 && packet_pid(packet) != PACKET_NULL_PID)
            return true;
    }
    return false;
}

static void
send_leg1(Channel *channel, const uint8_t *data, uint64_t serial, MonoUs now_us, Outbox *outbox)
{
    const size_t size = channel_datagram_size(channel);
    Broken *broken = channel->broken;

    if (channel->holding == 0 && channel_picks(channel, IMPAIR_REORDER)) {
        broken[IMPAIR_REORDER].packets += channel_packets(channel);
        channel->datagrams.reordered++;
        part_witnesses(channel);
        channel->holding = (unsigned)broken[IMPAIR_REORDER].what.figure[1];
        channel->held_serial = serial;
        memcpy(channel->held, data, size);
        return;
    }
    const bool twice = channel->holding == 0 && channel_picks(channel, IMPAIR_DUPLICATE);

    if (twice) {
        broken[IMPAIR_DUPLICATE].packets += channel_packets(channel);
        channel->datagrams.duplicated++;
        channel->datagrams.duplicated_full += is_full(channel, data);
        part_witnesses(channel);
        if (data != channel->copy)
            memcpy(channel->copy, data, size);
    }
    send_main(channel, data, serial, now_us, outbox);
    if (twice)
        send_main(channel, channel->copy, serial, now_us, outbox);
    send_held(channel, now_us, outbox);
}

/* Sends on leg 2, if there is one. Returns whether the datagram arrives there. */
static bool
send_leg2(Channel *channel, const uint8_t *data, MonoUs now_us, Outbox *outbox)
{
    const size_t size = channel_datagram_size(channel);

    if (channel->plan->transport.leg2_port == 0 || is_lost_on_leg2(channel))
        return false;
    if (channel_has(channel, IMPAIR_LEG2_DELAY) || !delay_line_is_empty(&channel->leg2_delayed))
        delay_line_add(&channel->leg2_delayed, data, size,
                       leaves_at(channel, IMPAIR_LEG2_DELAY, now_us));
    else
        outbox_copy(outbox, OUTBOX_LEG2, data, size);
    return true;
}

void
channel_next(Channel *channel, MonoUs now_us, Outbox *outbox)
{
    const size_t size = channel_datagram_size(channel);
    const uint64_t serial = channel->mux.slot + 1;
    uint8_t *out = outbox_next(outbox);
    const uint8_t *data = out;

    make_datagram(channel, out);
    if (channel_picks(channel, IMPAIR_CORRUPT)) {
        channel->broken[IMPAIR_CORRUPT].packets += channel_packets(channel);
        impair_corrupt(&channel->broken[IMPAIR_CORRUPT].what,
                       &channel->broken[IMPAIR_CORRUPT].random, out + head_of(channel),
                       size - head_of(channel));
    }
    if (channel->plan->rtp && (channel->fec != NULL || channel->plan->transport.leg2_port != 0))
        data = memcpy(channel->copy, out, size); /* the slot goes to what is sent first */
    const bool lost = is_lost(channel);

    if (!lost)
        send_leg1(channel, data, serial, now_us, outbox);
    const bool on_leg2 = send_leg2(channel, data, now_us, outbox);

    channel->datagrams.both_lost += lost && !on_leg2;
    const unsigned before = outbox->count;

    if (channel->fec != NULL)
        fec_maker_add(channel->fec, data, size, lost, outbox);
    if (channel_has(channel, IMPAIR_STOP))
        outbox->count = before;
    tell_ideal(channel, data, serial, !lost || on_leg2);
}

void
channel_release(Channel *channel, MonoUs now_us, Outbox *outbox)
{
    delay_line_release(&channel->delayed, now_us, OUTBOX_MAIN, outbox);
    delay_line_release(&channel->leg2_delayed, now_us, OUTBOX_LEG2, outbox);
}

uint64_t
channel_due(const Channel *channel, MonoUs us)
{
    const uint64_t units = channel->mux.source->rate_bps / SOURCE_RATE_UNIT_BPS;

    return (uint64_t)us * units * SOURCE_PACKETS_PER_RATE_UNIT /
           (US_PER_PACKETS * channel_packets(channel));
}

MonoUs
channel_due_us(const Channel *channel, uint64_t number)
{
    const uint64_t units = channel->mux.source->rate_bps / SOURCE_RATE_UNIT_BPS;
    const double packets = (double)number * channel_packets(channel);

    return (MonoUs)(packets * (double)US_PER_PACKETS /
                    (double)(units * SOURCE_PACKETS_PER_RATE_UNIT));
}
