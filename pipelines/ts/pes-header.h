/* The header of a PES packet (ISO 13818-1 2.4.3.6), as far as its time stamps. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define PES_HEADER_STAMPS 19u /* bytes that hold both time stamps */

typedef struct {
    uint8_t stream_id;
    bool scrambled;  /* PES_scrambling_control */
    uint16_t length; /* PES_packet_length: bytes behind it; 0 not said */
    uint16_t size;   /* bytes of the header, 6 to 264 */
    Pts90 pts;       /* PTS90_MODULUS without one */
    Pts90 dts;       /* the same; without one of its own it equals @pts */
    bool own_dts;
} PesHeader;

typedef enum {
    PES_HEADER_NONE,  /* this is none */
    PES_HEADER_SHORT, /* the bytes end before its time stamps do */
    PES_HEADER_GOOD,
} PesHeaderAnswer;

/* Reads from @data; PES_HEADER_STAMPS bytes always suffice. @ret_header: written when good */
PesHeaderAnswer pes_header_read(const uint8_t *data, size_t size, PesHeader *ret_header);
