/* Setting drops against gaps. */
#include "pipelines/worker/own-share.h"

static uint64_t
grown(uint64_t *before, uint64_t now)
{
    const uint64_t growth = now > *before ? now - *before : 0;

    *before = now;
    return growth;
}

uint64_t
own_share_step(OwnShare *share, uint64_t lost, uint64_t drops, MonoUs now_us)
{
    const uint64_t more_drops = grown(&share->drops, drops);
    const uint64_t more_lost = grown(&share->lost, lost);

    if (more_drops > 0)
        share->grown_us = now_us;
    else if (now_us - share->grown_us > OWN_SHARE_OPEN_US)
        share->open = 0;
    share->open += more_drops;
    const uint64_t own = more_lost < share->open ? more_lost : share->open;

    share->open -= own;
    share->own += own;
    return share->own;
}
