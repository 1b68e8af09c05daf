/* The dice of a channel: which datagrams are hit, and which packets in them. */
#include "tests/traffic/channel-parts.h"

bool
channel_picks(Channel *channel, ImpairKind kind)
{
    Broken *broken = &channel->broken[kind];

    return broken->state == BROKEN_ON && impair_draw(&broken->random) < broken->what.figure[0];
}

bool
channel_loses(Channel *channel, ImpairKind kind)
{
    Broken *broken = &channel->broken[kind];
    const double burst = MAX(1, broken->what.figure[1]);

    if (broken->state != BROKEN_ON)
        return false;
    if (broken->burst_left == 0) {
        /* So that the share of lost datagrams is the rate, with pauses of 1 / start on average
         * between bursts. */
        const double rate = broken->what.figure[0];
        const double start = rate >= 1 ? 1 : rate / (burst * (1 - rate) + rate);

        if (impair_draw(&broken->random) >= start)
            return false;
        broken->burst_left = (unsigned)burst;
    }
    broken->burst_left--;
    return true;
}

/* Sets the indicator on packets, counts them. */
static void
mark_errors(Channel *channel, uint8_t *packet)
{
    if (!channel_picks(channel, IMPAIR_TEI))
        return;
    packet[1] |= 0x80;
    channel->broken[IMPAIR_TEI].packets++;
}

static void
mark_scrambled(Channel *channel, uint8_t *packet)
{
    Broken *broken = &channel->broken[IMPAIR_SCRAMBLED];

    if (broken->state != BROKEN_ON || packet_pid(packet) != (uint16_t)broken->what.figure[0] ||
        !(packet[3] & 0x10))
        return;
    packet[3] |= 0x80; /* even key */
    broken->packets++;
}

static void
break_sync(Channel *channel, uint8_t *packet)
{
    if (!channel_picks(channel, IMPAIR_SYNC_BYTE))
        return;
    packet[0] = 0x46;
    channel->broken[IMPAIR_SYNC_BYTE].packets++;
}

void
channel_damage(Channel *channel, uint8_t *first, unsigned count, size_t stride)
{
    if (!channel_has(channel, IMPAIR_TEI) && !channel_has(channel, IMPAIR_SCRAMBLED) &&
        !channel_has(channel, IMPAIR_SYNC_BYTE))
        return;
    for (unsigned i = 0; i < count; i++) {
        mark_errors(channel, first + i * stride);
        mark_scrambled(channel, first + i * stride);
        break_sync(channel, first + i * stride);
    }
}
