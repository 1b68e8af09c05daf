/* From the depth of a channel to what its cutter passes on. Pure. */
#pragma once

#include "pipelines/contract/message.h"
#include "pipelines/elements/key-choice.h"

/* @depth: a Depth; unknown ones count as a key frame every 4 s. */
static inline Sampling
depth_sampling(uint8_t depth)
{
    switch ((Depth)depth) {
    case DEPTH_BITSTREAM:
        return SAMPLING_NONE;
    case DEPTH_KEY_EVERY_4_S:
        return SAMPLING_KEY_INTERVAL;
    case DEPTH_EVERY_KEY:
        return SAMPLING_EVERY_KEY;
    case DEPTH_FULL:
        return SAMPLING_ALL;
    }
    return SAMPLING_KEY_INTERVAL;
}
