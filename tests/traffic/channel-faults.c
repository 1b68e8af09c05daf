/* Impairments come and go: their states, and what they tell the multiplexer. */
#include <string.h>

#include "tests/traffic/channel-parts.h"

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
    const bool black =
        broken[IMPAIR_BLACK].state == BROKEN_PENDING || channel_has(channel, IMPAIR_BLACK);
    const bool freeze =
        broken[IMPAIR_FREEZE].state == BROKEN_PENDING || channel_has(channel, IMPAIR_FREEZE);
    const Broken *silence = &broken[IMPAIR_SILENCE];

    mux->wanted = black ? PICTURE_BLACK : freeze ? PICTURE_FREEZE : PICTURE_NORMAL;
    mux->silent_wanted = silence->state == BROKEN_PENDING || silence->state == BROKEN_ON;
    mux->is_missing = channel_has(channel, IMPAIR_PID_MISSING);
    mux->missing_pid = (uint16_t)broken[IMPAIR_PID_MISSING].what.figure[0];
    mux->shift_27m = channel_has(channel, IMPAIR_PCR_JUMP)
                         ? (int64_t)broken[IMPAIR_PCR_JUMP].what.figure[0] * 27000
                         : 0;
    mux->shift_flagged = broken[IMPAIR_PCR_JUMP].what.figure[1] != 0;
}

/* Tells the multiplexer what its tables shall say. */
static void
direct_tables(Channel *channel)
{
    const Broken *broken = channel->broken;
    MuxTableFaults faults;

    memset(&faults, 0, sizeof faults);
    if (channel_has(channel, IMPAIR_UNLISTED))
        faults.left_out = 1u << ((unsigned)broken[IMPAIR_UNLISTED].what.figure[0] - 1);
    if (channel_has(channel, IMPAIR_PMT_MOVED))
        faults.moved_pid = (uint16_t)broken[IMPAIR_PMT_MOVED].what.figure[0];
    if (channel_has(channel, IMPAIR_PMT_REPEAT))
        faults.pmt_every_ms = (uint16_t)broken[IMPAIR_PMT_REPEAT].what.figure[0];
    faults.broken_crc = channel_has(channel, IMPAIR_CRC);
    faults.broken_crc_pid = (uint16_t)broken[IMPAIR_CRC].what.figure[0];
    faults.version_up = channel_has(channel, IMPAIR_PMT_VERSION);
    faults.extra_entry = channel_has(channel, IMPAIR_PMT_ENTRY);
    faults.extra_versioned = broken[IMPAIR_PMT_ENTRY].what.figure[0] != 0;
    mux_set_faults(&channel->mux, &faults);
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
    if (kind == IMPAIR_CRC)
        return channel->mux.broken_sections;
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
    direct_tables(channel);
}
