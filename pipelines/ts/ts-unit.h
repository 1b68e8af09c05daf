/* Puts a whole PES payload together: teletext and subtitles, whose units are short. Pure, bounded.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define TS_UNIT_MAX (64u * 1024u) /* bytes; a longer unit is dropped and counted */

typedef struct {
    bool open;   /* more of it is expected */
    size_t need; /* bytes of the unit; 0 not said: up to the next */
    size_t size; /* bytes in @data */
    size_t room;
    uint8_t *data;    /* owned; grows with the longest unit so far */
    Pts90 pts;        /* of the unit; PTS90_MODULUS without one */
    uint64_t refused; /* units longer than TS_UNIT_MAX */
} TsUnit;             /* all-zero is the initial state */

void ts_unit_clear(TsUnit *unit); /* frees what it owns */

/* One begins. @need: bytes, 0 if not known */
void ts_unit_begin(TsUnit *unit, Pts90 pts, size_t need);

/* Takes the next bytes, if one is open. Returns: whether it is complete with them; it is then open
 * no more */
bool ts_unit_add(TsUnit *unit, const uint8_t *data, size_t size);

/* The next one begins. Returns: whether one was open that is all there is, its length not known */
bool ts_unit_end(TsUnit *unit);
