/* The one rule for when a picture is stale. */
#pragma once

#include <stdbool.h>

#include "pipelines/base/units.h"

#define PICTURE_STALE_AT_LEAST_US (6 * US_PER_SECOND)

/* Age from which a picture is stale: twice the longer of the channel's measured key interval and
 * its sampling interval, plus 2 s, and at least 6 s. Unknown intervals are 0; neither can make it
 * longer than 10 minutes. */
int64_t picture_stale_after_us(double key_interval_s, double sampling_interval_s);

/* @captured_us: 0: there is no picture, which is stale. */
bool picture_is_stale(MonoUs captured_us, int64_t stale_after_us, MonoUs now_us);
