/* A shift register of looks. */
#include "appliance/model/n-of-m.h"

#include <glib.h>

static unsigned
count_bits(uint64_t bits)
{
    unsigned count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

bool
n_of_m_look(NOfM *state, bool found, unsigned needed, unsigned window, MonoUs at_us)
{
    const unsigned width = CLAMP(window, 1u, (unsigned)N_OF_M_MAX);
    const uint64_t mask = (UINT64_C(1) << width) - 1;

    if (found && ((state->bits & mask) == 0 || state->first_us == 0))
        state->first_us = at_us;
    state->bits = (state->bits << 1 | (found ? 1 : 0)) & ((UINT64_C(1) << N_OF_M_MAX) - 1);
    const bool met = count_bits(state->bits & mask) >= MAX(needed, 1u);

    if (met != state->met)
        state->changed_us = met ? state->first_us : at_us;
    if (state->met && !met)
        state->first_us = 0;
    state->met = met;
    return met;
}
