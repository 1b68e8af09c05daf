/* The table of the indicators. */
#include "pipelines/ts/ts-indicators.h"

static const TsIndicatorInfo infos[TS_INDICATOR_COUNT] = {
#define INDICATOR(wire, id, number, name, scope, hold_ms)                                          \
    [TS_INDICATOR_##id] = {wire, number, name, TS_SCOPE_##scope, TS_HOLD_US + (hold_ms)*US_PER_MS},
#include "pipelines/base/tr101290.def"
#undef INDICATOR
};

const TsIndicatorInfo *
ts_indicator_info(TsIndicator indicator)
{
    return &infos[indicator < TS_INDICATOR_COUNT ? indicator : 0];
}

bool
ts_indicator_active(const TsIndicatorState *state, TsIndicator indicator, MonoUs now_us)
{
    return state->count > 0 && now_us - state->last_us < ts_indicator_info(indicator)->hold_us;
}

void
ts_indicator_add(TsIndicatorState *sum, const TsIndicatorState *more)
{
    sum->judged |= more->judged;
    if (more->count == 0)
        return;
    if (sum->count == 0 || more->first_packet < sum->first_packet) {
        sum->first_packet = more->first_packet;
        sum->first_us = more->first_us;
    }
    if (sum->count == 0 || more->last_packet > sum->last_packet)
        sum->last_packet = more->last_packet;
    if (more->last_us > sum->last_us)
        sum->last_us = more->last_us;
    sum->count += more->count;
}
