/* Impairments come and go; datagrams are made, lost, doubled, swapped and damaged. */
#include "tests/traffic/channel.h"

#include <string.h>

#define RTP_TYPE_MP2T 33
#define PHASE_GOPS                                                                                 \
    37 /* over 7: how many groups of pictures a channel is ahead of the one before                 \
        */

void
channel_init(
    Channel *channel, const PlanChannel *plan, const Source *source, uint32_t index, uint64_t seed)
{
    ImpairRandom random = impair_random(seed, index, IMPAIR_KINDS);
    /* Any clock will do; every eighth channel's wraps 20 to 70 s after the start. */
    const uint64_t from_wrap_90k = 90000 * (20 + (uint64_t)(impair_draw(&random) * 50));
    const uint64_t any_90k = (uint64_t)(impair_draw(&random) * (double)(PTS90_MODULUS / 2));
    const MuxIdentity identity = {
        .name = plan->name,
        .service_id = plan->service_id,
        .clock = 300 * (index % 8 == 7 ? PTS90_MODULUS - from_wrap_90k : any_90k),
        .start_gop = index * PHASE_GOPS / 7,
    };

    *channel = (Channel){.plan = plan};
    mux_init(&channel->mux, source, &identity);
    channel->rtp_sequence = (uint16_t)(impair_draw(&random) * 65536);
    channel->rtp_ssrc = (uint32_t)(impair_draw(&random) * 4294967296.0);
    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++)
        channel->broken[kind].random = impair_random(seed, index, (ImpairKind)kind);
}

static bool
is_on(const Channel *channel, ImpairKind kind)
{
    return channel->broken[kind].state == BROKEN_ON;
}

void
channel_break(Channel *channel, const Impairment *impairment, MonoUs now_us, MonoUs duration_us)
{
    Broken *broken = &channel->broken[impairment->kind];

    broken->what = *impairment;
    broken->until_us = duration_us == US_NEVER ? US_NEVER : now_us + duration_us;
    broken->once = duration_us == US_NEVER && impairment->kind == IMPAIR_BURST;
    broken->next_burst_us = now_us;
    broken->burst_left = 0;
    if (broken->state == BROKEN_OFF)
        broken->state = BROKEN_PENDING;
    else if (broken->state == BROKEN_ENDING)
        broken->state = BROKEN_ON;
}

unsigned
channel_mend(Channel *channel, MonoUs now_us)
{
    unsigned count = 0;

    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++) {
        Broken *broken = &channel->broken[kind];

        if (broken->state == BROKEN_OFF)
            continue;
        broken->until_us = now_us;
        broken->burst_left = 0;
        broken->once = false;
        count++;
    }
    return count;
}

/* Tells the multiplexer what it shall send. */
static void
direct_mux(Channel *channel)
{
    const Broken *broken = channel->broken;
    Mux *mux = &channel->mux;
    const bool black = broken[IMPAIR_BLACK].state == BROKEN_PENDING || is_on(channel, IMPAIR_BLACK);
    const bool freeze =
        broken[IMPAIR_FREEZE].state == BROKEN_PENDING || is_on(channel, IMPAIR_FREEZE);
    const Broken *silence = &broken[IMPAIR_SILENCE];

    mux->wanted = black ? PICTURE_BLACK : freeze ? PICTURE_FREEZE : PICTURE_NORMAL;
    mux->silent_wanted = silence->state == BROKEN_PENDING || silence->state == BROKEN_ON;
    mux->missing_pid = is_on(channel, IMPAIR_PID_MISSING)
                           ? (uint16_t)broken[IMPAIR_PID_MISSING].what.figure[0]
                           : 0;
    mux->shift_27m = is_on(channel, IMPAIR_PCR_JUMP)
                         ? (int64_t)broken[IMPAIR_PCR_JUMP].what.figure[0] * 27000
                         : 0;
}

/* Whether the stream shows what @kind asks for; other kinds follow at once. */
static bool
is_shown(const Channel *channel, ImpairKind kind, bool if_other)
{
    if (kind == IMPAIR_BLACK)
        return channel->mux.form == PICTURE_BLACK;
    if (kind == IMPAIR_FREEZE)
        return channel->mux.form == PICTURE_FREEZE;
    if (kind == IMPAIR_SILENCE)
        return channel->mux.silent;
    return if_other;
}

/* Packets that the multiplexer itself counts for @kind. */
static uint64_t
mux_count(const Channel *channel, ImpairKind kind)
{
    if (kind == IMPAIR_PID_MISSING)
        return channel->mux.taken_out;
    if (kind == IMPAIR_BLACK || kind == IMPAIR_FREEZE)
        return channel->mux.form_packets;
    if (kind == IMPAIR_SILENCE)
        return channel->mux.silent_packets;
    return 0;
}

static void
step_burst(Broken *broken, MonoUs now_us)
{
    if (now_us < broken->next_burst_us)
        return;
    if (broken->once && broken->packets > 0 && broken->burst_left == 0) {
        broken->until_us = now_us;
        return;
    }
    broken->burst_left = (unsigned)broken->what.figure[0];
    broken->next_burst_us =
        now_us + (broken->once ? 0 : (MonoUs)broken->what.figure[1] * US_PER_MS);
}

static void
step_one(Channel *channel, ImpairKind kind, MonoUs now_us, ChannelNotice notice, void *user_data)
{
    Broken *broken = &channel->broken[kind];

    switch (broken->state) {
    case BROKEN_OFF:
        return;
    case BROKEN_PENDING:
        if (is_shown(channel, kind, true)) {
            broken->state = BROKEN_ON;
            broken->packets = 0;
            broken->packets_from = mux_count(channel, kind);
            notice(channel, broken, true, user_data);
        } else if (now_us >= broken->until_us) {
            broken->state = BROKEN_OFF;
        }
        break;
    case BROKEN_ON:
        if (kind == IMPAIR_BURST && (!broken->once || broken->burst_left == 0))
            step_burst(broken, now_us);
        if (now_us >= broken->until_us)
            broken->state = BROKEN_ENDING;
        break;
    case BROKEN_ENDING:
        if (!is_shown(channel, kind, false)) {
            broken->state = BROKEN_OFF;
            broken->packets += mux_count(channel, kind) - broken->packets_from;
            notice(channel, broken, false, user_data);
        }
        break;
    }
}

void
channel_step(Channel *channel, MonoUs now_us, ChannelNotice notice, void *user_data)
{
    for (size_t kind = 0; kind < IMPAIR_KINDS; kind++)
        step_one(channel, (ImpairKind)kind, now_us, notice, user_data);
    direct_mux(channel);
}

static void
write_rtp(Channel *channel, uint8_t *out)
{
    const uint64_t clock_27m =
        channel->mux.clock + channel->mux.slot * SOURCE_LOOP_27M / channel->mux.loop_slots;
    const uint32_t stamp = (uint32_t)(clock_27m / 300);

    out[0] = 0x80;
    out[1] = RTP_TYPE_MP2T;
    out[2] = (uint8_t)(channel->rtp_sequence >> 8);
    out[3] = (uint8_t)channel->rtp_sequence;
    channel->rtp_sequence++;
    for (unsigned i = 0; i < 4; i++) {
        out[4 + i] = (uint8_t)(stamp >> (24 - 8 * i));
        out[8 + i] = (uint8_t)(channel->rtp_ssrc >> (24 - 8 * i));
    }
}

/* Whether the dice pick this datagram for @kind. */
static bool
is_picked(Channel *channel, ImpairKind kind)
{
    Broken *broken = &channel->broken[kind];

    if (broken->state != BROKEN_ON || impair_draw(&broken->random) >= broken->what.figure[0])
        return false;
    broken->packets += DATAGRAM_PACKETS;
    return true;
}

static bool
is_lost(Channel *channel)
{
    Broken *stop = &channel->broken[IMPAIR_STOP], *burst = &channel->broken[IMPAIR_BURST];

    if (is_on(channel, IMPAIR_STOP)) {
        stop->packets += DATAGRAM_PACKETS;
        return true;
    }
    if (is_on(channel, IMPAIR_BURST) && burst->burst_left > 0) {
        burst->burst_left--;
        burst->packets += DATAGRAM_PACKETS;
        return true;
    }
    return is_picked(channel, IMPAIR_LOSS);
}

unsigned
channel_next(Channel *channel, uint8_t *out)
{
    const size_t size = channel_datagram_size(channel);
    uint8_t *payload = out + size - DATAGRAM_PAYLOAD;

    if (channel->plan->rtp)
        write_rtp(channel, out);
    for (size_t i = 0; i < DATAGRAM_PACKETS; i++)
        mux_next(&channel->mux, payload + i * PACKET_SIZE);
    channel->made++;
    if (is_lost(channel))
        return 0;
    if (is_picked(channel, IMPAIR_CORRUPT))
        impair_corrupt(&channel->broken[IMPAIR_CORRUPT].what,
                       &channel->broken[IMPAIR_CORRUPT].random, payload, DATAGRAM_PAYLOAD);
    if (channel->holding) {
        channel->holding = false;
        memcpy(out + size, channel->held, size);
        return 2;
    }
    if (is_picked(channel, IMPAIR_REORDER)) {
        channel->holding = true;
        memcpy(channel->held, out, size);
        return 0;
    }
    if (is_picked(channel, IMPAIR_DUPLICATE)) {
        memcpy(out + size, out, size);
        return 2;
    }
    return 1;
}

uint64_t
channel_due(const Channel *channel, MonoUs us)
{
    /* A unit of rate is SOURCE_PACKETS_PER_RATE_UNIT / 7 = 3 datagrams in 24 s. */
    const uint64_t units = channel->mux.source->rate_bps / SOURCE_RATE_UNIT_BPS;

    return (uint64_t)us * units / (8 * (uint64_t)US_PER_SECOND);
}
