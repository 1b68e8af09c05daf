/* Units: every number that measures something carries its unit in its type and its name.
 *
 * Two clocks exist and are never mixed. Durations are measured on CLOCK_BOOTTIME, which all
 * processes of one boot share and nobody can set. Wall time is a label for people. */
#pragma once

#include <stdint.h>

typedef int64_t MonoUs; /* CLOCK_BOOTTIME, microseconds since boot. Means nothing to people. */
typedef int64_t WallUs; /* UTC since the Unix epoch, microseconds. For people; may jump. */
typedef uint64_t Pcr27; /* 27 MHz ticks, modulo PCR27_MODULUS. Subtract with pcr27_distance(). */
typedef uint64_t Pts90; /* 90 kHz ticks, modulo PTS90_MODULUS. Subtract with pts90_distance(). */

#define US_PER_MS     INT64_C(1000)
#define US_PER_SECOND INT64_C(1000000)
#define US_NEVER      INT64_MAX /* a deadline that does not come */

#define PCR27_PER_US  UINT64_C(27)
#define PCR27_MODULUS (UINT64_C(300) << 33)
#define PTS90_MODULUS (UINT64_C(1) << 33)

/* Ticks from @from forward to @to, across the 26.5-hour wrap. Both must be below PCR27_MODULUS. */
static inline Pcr27
pcr27_distance(Pcr27 from, Pcr27 to)
{
    return to >= from ? to - from : to + PCR27_MODULUS - from;
}

/* Signed ticks from @from to @to by the shorter way round. Both must be below PTS90_MODULUS. */
static inline int64_t
pts90_distance(Pts90 from, Pts90 to)
{
    const uint64_t forward = (to - from) & (PTS90_MODULUS - 1);

    return forward < PTS90_MODULUS / 2 ? (int64_t)forward
                                       : (int64_t)forward - (int64_t)PTS90_MODULUS;
}
