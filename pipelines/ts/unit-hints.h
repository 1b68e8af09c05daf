/* What the sizes of coded pictures give away: a black or a still picture needs few bytes. Pure.
 *
 * Only pictures between key frames count, and of them the lower quartile: encoders go on refining a
 * still picture, one unit in three or four, while the others shrink to almost nothing. What fills
 * a constant rate is taken off first. It is a hint, and no more: pictures decide. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/ts/ts-tables.h"

#define UNIT_HINTS_RECENT 12u  /* units that are looked at together: half a second at 25 Hz */
#define UNIT_HINTS_SHARE  4u   /* small: below so much of what is usual */
#define UNIT_HINTS_TINY   160u /* bytes: small, whatever is usual */
#define UNIT_HINTS_SLOW   64u  /* units over which what is usual follows */

typedef struct {
    uint32_t recent[UNIT_HINTS_RECENT]; /* bytes, of the last units that are no keys */
    unsigned n;                         /* set in @recent */
    unsigned next;                      /* to be overwritten */
    double usual;                       /* bytes: the lower quartile, slowly followed; 0 unknown */
    bool small;                         /* the present hint */
} UnitHints;                            /* all-zero is the initial state */

/* Bytes of one access unit without the filler at its end: NAL units of type 12 (H.264) and 38
 * (HEVC), zero bytes (MPEG-1 and -2). At most @size. */
size_t unit_payload_size(TsCodec codec, const uint8_t *data, size_t size);

/* Takes one unit of @payload bytes. Returns: whether the picture may be black or still */
bool unit_hints_add(UnitHints *hints, bool key, size_t payload);
