/* A ring of means, whose median is looked for when one is added. */
#include "appliance/model/rate-median.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPAN_SECONDS ((unsigned)(RATE_SPAN_US / US_PER_SECOND))

static int
by_size(const void *a, const void *b)
{
    const float left = *(const float *)a, right = *(const float *)b;

    return left < right ? -1 : left > right;
}

static void
find_median(RateMedian *rate)
{
    float sorted[RATE_SPANS];

    rate->median_bps = 0;
    if (rate->n < RATE_LEARNED)
        return;
    memcpy(sorted, rate->means, rate->n * sizeof sorted[0]);
    qsort(sorted, rate->n, sizeof sorted[0], by_size);
    rate->median_bps = (double)sorted[rate->n / 2];
}

static void
keep_mean(RateMedian *rate, double mean_bps)
{
    rate->means[rate->next] = (float)mean_bps;
    rate->next = (rate->next + 1) % RATE_SPANS;
    rate->n = MIN(rate->n + 1, RATE_SPANS);
    find_median(rate);
}

void
rate_median_restore(RateMedian *rate, const float *means, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (isfinite(means[i]) && means[i] >= 0)
            keep_mean(rate, (double)means[i]);
    }
}

double
rate_median_spread(const RateMedian *rate)
{
    double spread = 0;

    for (unsigned i = 0; i < rate->n && rate->median_bps > 0; i++)
        spread = fmax(spread, fabs((double)rate->means[i] / rate->median_bps - 1));
    return spread;
}

/* Since when @holds has been so. */
static void
follow(MonoUs *since_us, bool holds, MonoUs at_us)
{
    if (!holds)
        *since_us = 0;
    else if (*since_us == 0)
        *since_us = at_us;
}

static bool
has_lasted(MonoUs since_us, double seconds, MonoUs at_us)
{
    return since_us != 0 && (double)(at_us - since_us) >= seconds * (double)US_PER_SECOND;
}

static RateVerdict
judge(RateMedian *rate, double bps, const Limits *limits, MonoUs at_us)
{
    const double ratio = bps / rate->median_bps;

    follow(&rate->off_since_us, fabs(ratio - 1) > limits->values[LIMIT_BITRATE_OFF], at_us);
    follow(&rate->drop_since_us, ratio < 1 - limits->values[LIMIT_BITRATE_DROP], at_us);
    if (has_lasted(rate->drop_since_us, limits->values[LIMIT_BITRATE_DROP_TIME], at_us)) {
        rate->off = true;
        return (RateVerdict){SEVERITY_MAJOR, rate->drop_since_us, ratio};
    }
    if (has_lasted(rate->off_since_us, limits->values[LIMIT_BITRATE_OFF_TIME], at_us)) {
        rate->off = true;
        return (RateVerdict){SEVERITY_WARNING, rate->off_since_us, ratio};
    }
    if (rate->off_since_us == 0 && rate->drop_since_us == 0 && rate->off) {
        rate->off = false;
        rate->good_since_us = at_us;
    }
    /* What was off and is so again, not long enough yet, is no recovery. */
    if (rate->off)
        return (RateVerdict){SEVERITY_WARNING, MAX(rate->off_since_us, rate->drop_since_us), ratio};
    return (RateVerdict){SEVERITY_CLEARED, rate->good_since_us, ratio};
}

RateVerdict
rate_median_add(RateMedian *rate, double bps, const Limits *limits, MonoUs at_us)
{
    RateVerdict verdict = {SEVERITY_CLEARED, rate->good_since_us, 0};

    if (rate->median_bps > 0)
        verdict = judge(rate, bps, limits, at_us);
    rate->sum_bps += bps;
    if (++rate->count < SPAN_SECONDS)
        return verdict;
    keep_mean(rate, rate->sum_bps / rate->count);
    rate->sum_bps = 0;
    rate->count = 0;
    return verdict;
}
