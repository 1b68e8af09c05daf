/* A piece of a segment on its way from the streaming thread to the disk. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/segment-index.h"

typedef struct {
    unsigned lane; /* index of the channel */
    bool begins;   /* a new segment begins with it: @start_us to @head_packets hold */
    bool key;      /* with a key frame */
    MonoUs start_us;
    WallUs start_wall_us;
    uint64_t first_pts; /* PTS90_MODULUS: none */
    uint32_t head_packets;

    uint64_t lost_before; /* packets that were left out before it */
    MonoUs end_us;        /* arrival of its last packet */
    uint64_t last_pts;    /* of the last unit begun; PTS90_MODULUS: none */
    MonoUs given_us;      /* when it was handed over */
    size_t size;          /* bytes in @data */
    size_t room;          /* of @data */
    uint8_t data[];
} SegmentBlock;
