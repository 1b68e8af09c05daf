/* N of M: a state counts only when at least N of the last M looks told of it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pipelines/base/units.h"

#define N_OF_M_MAX 60 /* looks that are remembered */

typedef struct {
    uint64_t bits; /* the last looks, the newest in bit 0; all-zero is the initial state */
    MonoUs
        first_us; /* of the first look that told of it since none did, or since the verdict fell */
    bool met;     /* the last verdict */
    MonoUs changed_us; /* since when the verdict is so; 0: from the beginning */
} NOfM;

/**
 * n_of_m_look:
 * @found: whether this look told of it
 * @needed: N, 0 and 1: one is enough; @window: M, 1 to N_OF_M_MAX
 * @at_us: of this look; never decreases
 *
 * Returns: whether N of the last M did. since when stands in changed_us: found: the first of these
 *   looks; else this one
 */
bool n_of_m_look(NOfM *state, bool found, unsigned needed, unsigned window, MonoUs at_us);
