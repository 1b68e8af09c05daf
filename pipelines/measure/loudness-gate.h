/* Gated loudness of any length of time in bounded memory: blocks are counted by their loudness.
 *
 * Counted are blocks above the absolute gate of -70 LUFS, in classes of a tenth of a loudness unit.
 * The energy of each class is kept as well, so that only which side of a relative gate a class is
 * on is rounded, not what it adds. Pure. */
#pragma once

#include <stdint.h>

#define LOUDNESS_ABSOLUTE_GATE_LUFS (-70.0)
#define LOUDNESS_CLASSES            800u /* -70 to +10 LUFS; louder blocks are in the last */
#define LOUDNESS_CLASSES_A_LU       10.0

/* Since a start. All-zero is the initial state. */
typedef struct {
    uint64_t count[LOUDNESS_CLASSES];
    double power[LOUDNESS_CLASSES]; /* sum of mean squares */
} LoudnessGate;

#define LOUDNESS_SLICES       12u   /* a rolling window is so many slices ... */
#define LOUDNESS_SLICE_BLOCKS 3000u /* ... of so many blocks: five minutes at ten a second */

/* The last hour: 11 whole slices and the running one, 55 to 60 minutes. All-zero is the initial
 * state. Only counts are kept: a loudness from them is within half a class. */
typedef struct {
    uint16_t slice[LOUDNESS_SLICES][LOUDNESS_CLASSES];
    uint32_t count[LOUDNESS_CLASSES]; /* of all slices */
    unsigned running;                 /* the slice that is being filled */
    unsigned filled;                  /* blocks it has seen, gated ones as well */
    unsigned slices;                  /* whole slices held */
} LoudnessHour;

/* Loudness of a mean square of K-weighted, channel-weighted samples, in LUFS; -INFINITY for 0. */
double loudness_of_power(double power);

/* The mean square of a loudness in LUFS. */
double loudness_to_power(double lufs);

/* Takes a block of 400 ms, or of 3 s, of mean square @power; those not above the absolute gate only
 * make an hour older. */
void loudness_gate_add(LoudnessGate *gate, double power);
void loudness_hour_add(LoudnessHour *hour, double power);

/* Integrated loudness, relative gate at -10 LU. NAN: no block was above the gates. */
double loudness_gate_integrated(const LoudnessGate *gate);
double loudness_hour_integrated(const LoudnessHour *hour);

/* How many blocks of a tenth of a second the hour covers now. */
unsigned loudness_hour_blocks(const LoudnessHour *hour);

/* Loudness range by EBU Tech 3342 of a gate that took blocks of 3 s: from the 10th to the 95th part
 * in a hundred above a gate at -20 LU. NAN: no block was above the gates. */
double loudness_gate_range(const LoudnessGate *gate);
double loudness_hour_range(const LoudnessHour *hour);
