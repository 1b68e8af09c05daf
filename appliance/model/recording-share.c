/* In proportion to the rates. */
#include "appliance/model/recording-share.h"

#include <math.h>

static bool
is_known(double rate_Bps)
{
    return isfinite(rate_Bps) && rate_Bps > 0;
}

uint64_t
recording_share(uint64_t budget_bytes, const double *rates_Bps, size_t n, size_t index)
{
    double sum_Bps = 0;
    size_t known = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_known(rates_Bps[i]))
            continue;
        sum_Bps += rates_Bps[i];
        known++;
    }
    if (n == 0 || index >= n)
        return 0;
    if (known == 0)
        return budget_bytes / n;
    const double mean_Bps = sum_Bps / (double)known;
    const double own_Bps = is_known(rates_Bps[index]) ? rates_Bps[index] : mean_Bps;

    return (uint64_t)((double)budget_bytes * own_Bps / (mean_Bps * (double)n));
}

bool
recording_share_moved(uint64_t told_bytes, uint64_t share_bytes)
{
    const double told = (double)told_bytes, share = (double)share_bytes;

    return fabs(share - told) > told * RECORDING_SHARE_SLACK;
}
