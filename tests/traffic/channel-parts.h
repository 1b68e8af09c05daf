/* What the parts of a channel share. */
#pragma once

#include "tests/traffic/channel.h"

static inline bool
channel_has(const Channel *channel, ImpairKind kind)
{
    return channel->broken[kind].state == BROKEN_ON;
}

/* Damages the packets of a datagram whose @count packets of @stride bytes begin at @first. */
void channel_damage(Channel *channel, uint8_t *first, unsigned count, size_t stride);

/* Whether the dice pick this datagram, or packet, for @kind. */
bool channel_picks(Channel *channel, ImpairKind kind);

/* The same for losses, which may come in bursts. */
bool channel_loses(Channel *channel, ImpairKind kind);
