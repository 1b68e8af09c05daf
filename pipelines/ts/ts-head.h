/* The head of a video access unit: from the start of its PES packet into its first slice. Pure.
 *
 * Parameter sets, user data and SEI stand there; the slices, nearly all of the stream, are never
 * looked at. A PES packet of H.264 or HEVC may begin with the last slices of the picture before:
 * the head then ends with the first slice behind what opens the next one, if that is near. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-tables.h"

#define TS_HEAD_MAX   2048u /* bytes; a longer head is cut off */
#define TS_HEAD_SLICE 16u   /* bytes of the first slice that are kept, start code included */

typedef struct {
    bool open;      /* more of it is expected */
    uint32_t size;  /* bytes in @data */
    bool opened;    /* a delimiter, parameter set or SEI was seen, which no slice may precede */
    uint32_t slice; /* start code of the first slice, or the first one since @opened; TS_HEAD_MAX
                       while there is none */
    uint32_t from;  /* start codes are looked for from here on */
    Pts90 pts;      /* of the unit; PTS90_MODULUS without one */
    uint64_t cut;   /* heads that were longer than TS_HEAD_MAX */
    uint8_t data[TS_HEAD_MAX];
} TsHead; /* all-zero is the initial state */

/* Whether heads are read of @codec. */
bool ts_head_readable(TsCodec codec);

/* A unit begins. */
void ts_head_begin(TsHead *head, Pts90 pts);

/* Takes the next bytes of the unit, if it is open.
 * Returns: whether the head became complete with them; it is then open no more */
bool ts_head_add(TsHead *head, TsCodec codec, const uint8_t *data, size_t size);

/* The unit ended. Returns: whether a head was open that holds something: it is all there is */
bool ts_head_end(TsHead *head);

/* Bytes of @data before the first slice. */
static inline size_t
ts_head_before_slice(const TsHead *head)
{
    return head->slice < head->size ? head->slice : head->size;
}
