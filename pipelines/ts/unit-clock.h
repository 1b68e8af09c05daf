/* The rate at which coded pictures are to be shown, by their time stamps, and whether those move
 * on. Pure.
 *
 * Every unit passes here at every depth, so the figures do not depend on what is decoded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pipelines/base/units.h"
#include "pipelines/ts/ts-tables.h"

#define UNIT_CLOCK_WINDOW_TICKS INT64_C(180000) /* 90 kHz: the rate is of 2 s and more */
#define UNIT_CLOCK_JUMP_TICKS                                                                      \
    INT64_C(45000) /* 0.5 s: a longer step is a jump of the clock, or a stop: no rate */
#define UNIT_CLOCK_TOLERANCE 0.01 /* of the signalled rate */

typedef struct {
    Pts90 last;         /* decoding time of the last unit that had one; valid if @started */
    Pts90 from;         /* the same, where the window began */
    uint32_t pictures;  /* since then */
    bool started;       /* a unit with a time came */
    double rate_hz;     /* pictures a second in the last full window; 0 while unknown */
    MonoUs advanced_us; /* when the last unit with a later time than those before came; 0: none */
} UnitClock;            /* all-zero is the initial state */

typedef struct {
    Pts90 pts;         /* PTS90_MODULUS without one */
    Pts90 dts;         /* PTS90_MODULUS: equal to @pts */
    MonoUs arrived_us; /* of its last packet */
    bool lost_before;  /* something is missing before it: the window begins anew */
    unsigned pictures; /* in it; 1 as a rule */
} UnitTimes;

void unit_clock_add(UnitClock *clock, const UnitTimes *unit);

/* Coded pictures or fields that begin in a unit; 1 for codecs that are not looked into. */
unsigned unit_pictures(TsCodec codec, const uint8_t *data, size_t size);

/* Whether @measured_hz is the signalled rate. Of a stream that may be interlaced it may be twice or
 * half of it, where one counts fields and the other frames, and four fifths, where fields of a film
 * are repeated. */
bool unit_rate_agrees(double measured_hz, double signalled_hz, bool interlaced);
