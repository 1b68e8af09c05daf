/* Start codes 00 00 01 of video byte streams (Annex B of H.264 and HEVC, MPEG-1 and -2). Pure. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "pipelines/base/byte-reader.h"

/* Moves @unit behind the next start code. Returns: false if there is none with a byte behind it */
static inline bool
start_code_next(ByteReader *unit)
{
    while (unit->left >= 4) {
        const uint8_t *one = memchr(unit->at + 2, 1, unit->left - 2);

        if (!one)
            return false;
        byte_reader_skip(unit, (size_t)(one - unit->at) - 2);
        const bool found = unit->at[0] == 0 && unit->at[1] == 0;

        byte_reader_skip(unit, found ? 3 : 1);
        if (found)
            return unit->left > 0;
    }
    return false;
}
