/* The staleness rule, as arithmetic. */
#include "appliance/model/picture-age.h"

#include <glib.h>
#include <math.h>

#define LONGEST_INTERVAL_S 299.0

int64_t
picture_stale_after_us(double key_interval_s, double sampling_interval_s)
{
    const double key_s = isfinite(key_interval_s) ? key_interval_s : 0.0;
    const double sampling_s = isfinite(sampling_interval_s) ? sampling_interval_s : 0.0;
    const double interval_s = CLAMP(MAX(key_s, sampling_s), 0.0, LONGEST_INTERVAL_S);
    const int64_t after_us = (int64_t)((2.0 * interval_s + 2.0) * (double)US_PER_SECOND);

    return MAX(after_us, PICTURE_STALE_AT_LEAST_US);
}

bool
picture_is_stale(MonoUs captured_us, int64_t stale_after_us, MonoUs now_us)
{
    return captured_us == 0 || now_us - captured_us > stale_after_us;
}
