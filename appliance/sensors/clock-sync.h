/* Whether the wall clock can be believed: what the kernel's clock discipline says of itself. */
#pragma once

#include <stdbool.h>

typedef struct {
    bool readable;          /* adjtimex answered */
    bool synced;            /* a time service disciplines the clock */
    double offset_s;        /* last known offset to the reference; 0 while not synced */
    double maximum_error_s; /* the kernel's bound of the error */
} ClockSync;

/* Reads the state of the clock; a few microseconds, any thread. */
void clock_sync_read(ClockSync *ret_sync);
