/* Counters that never go back: a worker's counters start at 0 with each process, a channel's do
 * not. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t total; /* sum of all growth seen; all-zero is the initial state */
    uint64_t last;  /* last reading of the present worker process */
    bool known;     /* @last is a base to count from */
} Counter;

/* Says that a new process counts from 0: its first reading is all growth. */
void counter_restarted(Counter *counter);

/* Takes a reading. The first one of a process that was already running when we came is a base, and
 * no growth. A reading below the last one means a new process. Negative or absurd readings (above
 * 2^53, not finite) are ignored. Returns the growth. */
uint64_t counter_feed(Counter *counter, double reading);
