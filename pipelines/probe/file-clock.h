/* When each packet of a file would have arrived: from the PCRs of one PID.
 *
 * A step of the clock that packets and average rate do not bear out is a jump; time goes on there
 * at the average rate, so that the analyser sees it as one. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define FILE_CLOCK_STEPS_MAX 1000000u /* PCRs kept: 9 hours; behind them the average rate holds */

typedef struct FileClock FileClock;

FileClock *file_clock_new(void); /* Returns: (transfer full) */
void file_clock_free(FileClock *clock);

/* Takes the next packets of the file, in any pieces. */
void file_clock_push(FileClock *clock, const uint8_t *data, size_t size);
/* All was pushed. */
void file_clock_finish(FileClock *clock);

/* Bits a second, 188 bytes a packet, jumps left out; 0: no two PCRs. */
double file_clock_bitrate_bps(const FileClock *clock);
/* Arrival of packet @index, which never decreases from call to call; from 1. */
MonoUs file_clock_arrival_us(FileClock *clock, uint64_t index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FileClock, file_clock_free)
