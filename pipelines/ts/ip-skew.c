/* Sums of the present second, figures of the last one. */
#include "pipelines/ts/ip-skew.h"

#include <stdlib.h>

static IpSkewClass
class_of(int64_t skew_us)
{
    const int64_t size_us = llabs(skew_us);

    if (size_us <= IP_SKEW_D_US)
        return IP_SKEW_D;
    if (size_us <= IP_SKEW_A_US)
        return IP_SKEW_A;
    if (size_us <= IP_SKEW_B_US)
        return IP_SKEW_B;
    return size_us <= IP_SKEW_MAX_US ? IP_SKEW_C : IP_SKEW_BEYOND;
}

static void
forget_second(IpSkew *skew)
{
    skew->running = 0;
    skew->running_sum_us = 0;
    skew->running_max_us = 0;
}

void
ip_skew_push(IpSkew *skew, int64_t skew_us, MonoUs now_us)
{
    ip_skew_tick(skew, now_us);
    skew->figures.pairs++;
    skew->figures.last_us = skew_us;
    if (llabs(skew_us) > llabs(skew->figures.ever_max_us))
        skew->figures.ever_max_us = skew_us;
    if (llabs(skew_us) > llabs(skew->running_max_us))
        skew->running_max_us = skew_us;
    skew->running_sum_us += skew_us;
    skew->running++;
}

void
ip_skew_tick(IpSkew *skew, MonoUs now_us)
{
    IpSkewFigures *figures = &skew->figures;

    if (now_us < skew->second_end_us)
        return;
    if (skew->second_end_us != 0) {
        figures->skew_class = skew->running > 0 ? class_of(skew->running_max_us) : IP_SKEW_UNKNOWN;
        figures->max_us = skew->running_max_us;
        figures->mean_us =
            skew->running > 0 ? (double)skew->running_sum_us / (double)skew->running : 0;
    }
    forget_second(skew);
    skew->second_end_us = now_us - now_us % US_PER_SECOND + US_PER_SECOND;
}

void
ip_skew_clock_jumped(IpSkew *skew)
{
    forget_second(skew);
    skew->second_end_us = 0;
}
