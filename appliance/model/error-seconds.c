/* A ring of one bit a second. */
#include "appliance/model/error-seconds.h"

#include <glib.h>
#include <string.h>

static void
set_bit(ErrorSeconds *seconds, int64_t second, bool set)
{
    const uint64_t index = (uint64_t)second % ERROR_SECONDS_SPAN;
    const uint64_t mask = UINT64_C(1) << (index % 64);

    if (set)
        seconds->bits[index / 64] |= mask;
    else
        seconds->bits[index / 64] &= ~mask;
}

static bool
get_bit(const ErrorSeconds *seconds, int64_t second)
{
    const uint64_t index = (uint64_t)second % ERROR_SECONDS_SPAN;

    return (seconds->bits[index / 64] >> (index % 64) & 1) != 0;
}

static void
advance(ErrorSeconds *seconds, int64_t second)
{
    if (second - seconds->newest_s >= (int64_t)ERROR_SECONDS_SPAN) {
        memset(seconds->bits, 0, sizeof seconds->bits);
        seconds->newest_s = second;
    }
    while (seconds->newest_s < second)
        set_bit(seconds, ++seconds->newest_s, false);
}

void
error_seconds_add(ErrorSeconds *seconds, MonoUs at_us, uint64_t errors)
{
    advance(seconds, MAX(at_us, 0) / US_PER_SECOND);
    if (errors == 0)
        return;
    if (!seconds->any || at_us - seconds->last_error_us > ERROR_RUN_GAP_US)
        seconds->first_error_us = at_us;
    set_bit(seconds, seconds->newest_s, true);
    seconds->last_error_us = MAX(seconds->last_error_us, at_us);
    seconds->any = true;
}

unsigned
error_seconds_count(const ErrorSeconds *seconds, unsigned span_s, MonoUs now_us)
{
    const int64_t now_s = MAX(now_us, 0) / US_PER_SECOND;
    const int64_t oldest_s = now_s - (int64_t)MIN(span_s, ERROR_SECONDS_SPAN) + 1;
    const int64_t known_s = seconds->newest_s - (int64_t)ERROR_SECONDS_SPAN + 1;
    unsigned count = 0;

    for (int64_t s = MAX(MAX(oldest_s, known_s), 0); s <= MIN(now_s, seconds->newest_s); s++)
        count += get_bit(seconds, s);
    return count;
}

static bool
reached(const ErrorSeconds *seconds, unsigned limit, unsigned span_s, MonoUs now_us)
{
    return limit > 0 && error_seconds_count(seconds, span_s, now_us) >= limit;
}

ErrorSecondsVerdict
error_seconds_judge(const ErrorSeconds *seconds, const ErrorSecondsRule *rule, MonoUs now_us)
{
    if (!seconds->any)
        return (ErrorSecondsVerdict){SEVERITY_CLEARED, 0};
    if (reached(seconds, rule->worse_count, rule->worse_span_s, now_us))
        return (ErrorSecondsVerdict){rule->worse, seconds->first_error_us};
    if (reached(seconds, rule->warning_count, rule->warning_span_s, now_us)) {
        /* The long limit says how bad a fault is, not that there still is one. */
        const bool often = reached(seconds, rule->long_count, rule->long_span_s, now_us);

        return (ErrorSecondsVerdict){often ? rule->worse : SEVERITY_WARNING,
                                     seconds->first_error_us};
    }
    return (ErrorSecondsVerdict){SEVERITY_CLEARED, seconds->last_error_us};
}
