/* How far apart the legs of SMPTE 2022-7 deliver the same datagram. Pure. */
#pragma once

#include <stdint.h>

#include "pipelines/base/units.h"

#define IP_SKEW_D_US   INT64_C(150)
#define IP_SKEW_A_US   (10 * US_PER_MS)
#define IP_SKEW_B_US   (50 * US_PER_MS)
#define IP_SKEW_MAX_US (450 * US_PER_MS) /* class C */

typedef enum {
    IP_SKEW_UNKNOWN, /* no number came on both legs in the last full second */
    IP_SKEW_D,       /* up to IP_SKEW_D_US, and so on */
    IP_SKEW_A,
    IP_SKEW_B,
    IP_SKEW_C,
    IP_SKEW_BEYOND,
} IpSkewClass;

/* How much later leg 1 is than leg 0; negative: earlier. */
typedef struct {
    IpSkewClass skew_class; /* by the largest in the last full second */
    int64_t last_us;
    int64_t max_us;      /* largest of the last full second, with its sign; 0 while unknown */
    int64_t ever_max_us; /* largest since the start, with its sign */
    double mean_us;      /* of the last full second; 0 while unknown */
    uint64_t pairs;      /* numbers that came on both legs */
    uint64_t mismatched; /* datagrams of a leg that is not the same stream as the other */
} IpSkewFigures;

typedef struct {
    IpSkewFigures figures;
    MonoUs second_end_us; /* of the present second; 0: none began */
    int64_t running_max_us;
    int64_t running_sum_us;
    uint64_t running;
} IpSkew; /* all-zero is the initial state */

/* A number came on both legs, on leg 1 @skew_us later. */
void ip_skew_push(IpSkew *skew, int64_t skew_us, MonoUs now_us);
/* Ends the second if it is over. */
void ip_skew_tick(IpSkew *skew, MonoUs now_us);
/* The present second is thrown away. */
void ip_skew_clock_jumped(IpSkew *skew);
